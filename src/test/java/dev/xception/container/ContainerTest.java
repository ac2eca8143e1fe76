package dev.xception.container;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.testcontainers.junit.jupiter.Testcontainers;

/** Needs Docker, and the name of the image in the system property {@code xception.image}; else it is skipped and says so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
        named = "xception.image",
        matches = ".+",
        disabledReason = "no image: docker build -t xception-server . and -Dxception.image=xception-server")
@Testcontainers(disabledWithoutDocker = true) // second, because it looks for Docker before it says anything
@interface ContainerTest {}
