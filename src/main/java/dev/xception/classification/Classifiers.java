package dev.xception.classification;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The classifiers of all served models; the first is the default. */
public final class Classifiers {

    private final Map<String, Classifier> byName = new LinkedHashMap<>();
    private final Classifier first;

    public Classifiers(List<Classifier> classifiers) {
        classifiers.forEach(classifier -> byName.put(classifier.model().name(), classifier));
        this.first = classifiers.getFirst();
    }

    public Classifier first() {
        return first;
    }

    /**
     * The classifier of the named model.
     *
     * @throws UnknownModelException if there is none
     */
    public Classifier get(String name) {
        Classifier classifier = byName.get(name);
        if (classifier == null) {
            throw new UnknownModelException(name);
        }
        return classifier;
    }

    public List<Classifier> all() {
        return List.copyOf(byName.values());
    }
}
