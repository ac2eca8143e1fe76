package dev.xception.modelimport;

/** What becomes of a network whose last layer has neither softmax nor sigmoid. */
public enum HeadActivation {
    /** It gets a softmax; a single unit gets a sigmoid. */
    AUTO,
    /** Its output is served as it is. */
    NONE
}
