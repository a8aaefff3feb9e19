package io.github.phoenixkt.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Adds a {@link io.github.phoenixkt.testing.FakePhoenix} bean to a test, and connects the client to
 * it. Use it with {@code @SpringBootTest} or with a test slice, which then has the client, too. The
 * client uses the fake even if the properties have another endpoint. No spans are sent.
 *
 * <p>Beans of the application may use another server, for instance a client or a {@code
 * PhoenixSettings} bean. Then the application does not start, and the error names the bean. A
 * client that is no bean is not checked.
 *
 * <p>The annotation queue keeps its rows in memory only. It ignores {@code phoenix.queue.spool} and
 * the spool of {@code AnnotationQueueOptions} beans: otherwise it would send the rows in the
 * application's folder to the fake and remove them from the folder. A queue that you create with
 * options that are not a bean keeps its spool.
 *
 * <pre>{@code
 * @SpringBootTest
 * @AutoConfigureFakePhoenix
 * class FeedbackTest {
 *   @Autowired FakePhoenix phoenix;
 *   @Autowired FeedbackService feedback;
 *
 *   @Test
 *   void thumbsAreStored() {
 *     phoenix.addSpan(FakeSpan.of("67f6740bbe1ddc3f"));
 *     feedback.thumbsUp("67f6740bbe1ddc3f");
 *     assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
 *   }
 * }
 * }</pre>
 *
 * <p>To use another fake, for instance one with authentication, define a bean of type {@code
 * FakePhoenix}. The fake lives as long as the application context. Spring keeps the context for
 * other tests with the same configuration, so they see what earlier tests have stored.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ImportAutoConfiguration
public @interface AutoConfigureFakePhoenix {}
