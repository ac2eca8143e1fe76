package dev.xception.batch;

/**
 * Which sessions may take what waits. Without a session that runs alone all may, always. With one, it serves while fewer
 * requests wait than there are other sessions; once there is one for each of those, they serve beside each other, until one of
 * them finds nothing more to take: then the others end what they run. Not thread-safe.
 */
final class Turns {

    enum Kind {
        BESIDE,
        ALONE
    }

    private final int sessionsBeside;
    private final int many;
    private final boolean haveAlone;
    private final int queueCapacity;
    private int runsBeside;
    private boolean manyWait;
    private boolean runsAlone;

    /** @param queueCapacity most requests that wait */
    Turns(Sessions<?, ?> sessions, int queueCapacity) {
        this.sessionsBeside = sessions.beside().size();
        this.many = Sessions.many(sessionsBeside, queueCapacity);
        this.haveAlone = sessions.alone() != null;
        this.queueCapacity = queueCapacity;
    }

    boolean mayTake(Kind kind, int waiting) {
        if (waiting == 0) {
            return false;
        }
        if (!haveAlone) {
            return true;
        }
        return switch (kind) {
            case ALONE -> runsBeside == 0 && waiting < many;
            case BESIDE -> !runsAlone && (manyWait || waiting >= many);
        };
    }

    int batchSize(Kind kind, int waiting, int maxBatchSize) {
        return kind == Kind.BESIDE && haveAlone ? 1 : Math.min(waiting, maxBatchSize);
    }

    /** For how many it makes sense to wait for each other: more would not go into one run. */
    int mostThatGather(int maxBatchSize) {
        return haveAlone ? Math.min(Math.max(1, many - 1), maxBatchSize) : maxBatchSize;
    }

    /** So many that wait keep all sessions busy when they are free. */
    int enough(int maxBatchSize) {
        return haveAlone ? many : Math.min(sessionsBeside * maxBatchSize, queueCapacity);
    }

    /** How many sessions of this kind run at the same time. */
    int sessions(Kind kind) {
        return kind == Kind.BESIDE ? sessionsBeside : 1;
    }

    void started(Kind kind) {
        if (kind == Kind.ALONE) {
            runsAlone = true;
        } else {
            runsBeside++;
            manyWait = true;
        }
    }

    /**
     * @param waiting requests that wait now
     */
    void ended(Kind kind, int waiting) {
        if (kind == Kind.ALONE) {
            runsAlone = false;
        } else {
            runsBeside--;
            manyWait &= runsBeside > 0 && waiting > 0;
        }
    }
}
