package io.github.phoenixkt.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Gives a test class a {@link io.github.phoenixkt.testing.FakePhoenix} of its own, as a bean, and
 * connects the client to it, whatever the properties say: beside {@code @SpringBootTest}, or beside
 * the annotation of a slice, which gets the client too. No span is sent.
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
 * <p>A bean of type {@code FakePhoenix} in the configuration of the test takes the place of the
 * default one, for instance one with authentication. The fake lives as long as the application
 * context, which Spring keeps for further tests with the same configuration: what a test stored is
 * there in the next one.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ImportAutoConfiguration
public @interface AutoConfigureFakePhoenix {}
