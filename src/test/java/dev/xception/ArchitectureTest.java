package dev.xception;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. */
@AnalyzeClasses(packages = "dev.xception", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.xception";

    @ArchTest
    static final ArchRule springStaysInTheRootAndTheApi = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, "dev.xception.api..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule micrometerStaysInMetricsAndTheRoot = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, "dev.xception.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule onnxRuntimeStaysInInference = noClasses()
            .that()
            .resideOutsideOfPackages("dev.xception.inference..", "dev.xception.modelimport.quantisation..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule imageKnowsNoOtherPackage = knowsOnly("image");

    @ArchTest
    static final ArchRule batchKnowsNoOtherPackage = knowsOnly("batch");

    @ArchTest
    static final ArchRule inferenceKnowsNoOtherPackage = knowsOnly("inference");

    @ArchTest
    static final ArchRule modelKnowsNoOtherPackage = knowsOnly("model");

    @ArchTest
    static final ArchRule importKnowsNoOtherPackageButCalibrationRunsGraphs = knowsOnly("modelimport", "inference");

    @ArchTest
    static final ArchRule onlyCalibrationRunsGraphsInTheImport = noClasses()
            .that()
            .resideInAPackage("dev.xception.modelimport..")
            .and()
            .resideOutsideOfPackage("dev.xception.modelimport.quantisation..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.xception.inference..");

    @ArchTest
    static final ArchRule classificationKnowsImageBatchAndModel =
            knowsOnly("classification", "image", "batch", "model");

    @ArchTest
    static final ArchRule metricsKnowsTheStagesThatItListensTo =
            knowsOnly("metrics", "classification", "batch", "image");

    @ArchTest
    static final ArchRule apiReachesTheRestThroughClassification = knowsOnly("api", "classification", "image", "model");

    @ArchTest
    static final ArchRule theCommandLineKnowsEverythingButTheOtherWayIn = knowsOnly(
            "cli", "bench", "classification", "serving", "image", "batch", "inference", "model", "modelimport");

    @ArchTest
    static final ArchRule theBenchmarkKnowsNoOtherPackage = knowsOnly("bench");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("dev.xception.(*)..").should().beFreeOfCycles();

    /** Of our own packages, this one knows itself and those named. */
    private static ArchRule knowsOnly(String name, String... others) {
        String[] known = new String[others.length + 1];
        known[0] = ROOT + "." + name + "..";
        for (int i = 0; i < others.length; i++) {
            known[i + 1] = ROOT + "." + others[i] + "..";
        }
        return classes()
                .that()
                .resideInAPackage(known[0])
                .should()
                .onlyDependOnClassesThat(
                        com.tngtech.archunit.base.DescribedPredicate.<com.tngtech.archunit.core.domain.JavaClass>not(
                                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                                                ROOT + ".."))
                                .or(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(known)));
    }
}
