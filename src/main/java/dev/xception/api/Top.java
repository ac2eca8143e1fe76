package dev.xception.api;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes the query parameter {@code top} for the OpenAPI document. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Parameter(
        name = "top",
        in = ParameterIn.QUERY,
        description = "How many classes to answer, most probable first; at most as many as the model has.",
        schema = @Schema(type = "integer", format = "int32", minimum = "1", defaultValue = "5"))
@interface Top {}
