package consumer;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Annotates in a controller, and asks itself to. */
@SpringBootApplication
@RestController
public class Application {
  @GetMapping("/check")
  public String check() throws Exception {
    return HostCheck.run();
  }

  public static void main(String[] args) throws Exception {
    try (var context = SpringApplication.run(Application.class, "--server.port=0", "--server.address=127.0.0.1")) {
      String port = context.getEnvironment().getProperty("local.server.port");
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/check")).build();
      var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
      }
      System.out.println(answer.body());
    }
  }
}
