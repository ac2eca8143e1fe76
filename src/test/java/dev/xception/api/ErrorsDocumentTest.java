package dev.xception.api;

import dev.xception.DocumentedTable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorsDocumentTest {

    @Test
    void theTableOfErrorsIsWhatTheServerAnswers() {
        DocumentedTable.assertTable(
                Path.of("docs/errors.md"),
                List.of("status", "type", "meaning"),
                Arrays.stream(Problem.values())
                        .map(problem -> List.of(
                                String.valueOf(problem.status()), "`" + problem.type() + "`", problem.meaning())));
    }
}
