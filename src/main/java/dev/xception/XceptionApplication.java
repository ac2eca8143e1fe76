package dev.xception;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the server. */
@SpringBootApplication
public class XceptionApplication {

    public static void main(String[] args) {
        SpringApplication.run(XceptionApplication.class, args);
    }
}
