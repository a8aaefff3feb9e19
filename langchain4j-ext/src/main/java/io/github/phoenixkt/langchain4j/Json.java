package io.github.phoenixkt.langchain4j;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.github.phoenixkt.internal.BestEffortJson;
import java.io.IOException;

/** JSON of maps and lists, by the Jackson that LangChain4j itself uses. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new SimpleModule().addSerializer(String.class, new Storable()))
          .build();

  private Json() {}

  static String encode(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A value from LangChain4j cannot be written as JSON.", e);
    }
  }

  private static final class Storable extends JsonSerializer<String> {
    @Override
    public void serialize(String value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeString(BestEffortJson.storable(value));
    }
  }
}
