#include "core/run/process_group.h"

#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "core/base/file.h"
#include "core/base/stopwatch.h"
#include "core/run/run_batch.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// A group of shell processes.
ProcessGroup shells(const std::string& script, int count) {
    return {.program = "/bin/sh",
            .arguments = {"-c", script},
            .ranks = {.first_rank = 0, .local_world_size = count, .world_size = count}};
}

std::string failure_of(const ProcessGroup& group) {
    try {
        run_processes(group);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

class TestProcessGroup : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachProcessKnowsItsRank() {
        const QTemporaryDir folder;
        ProcessGroup group =
            shells("echo $RANK $LOCAL_RANK $WORLD_SIZE $LOCAL_WORLD_SIZE $MASTER_ADDR > $OUT/$RANK", 2);
        group.ranks = {.first_rank = 4, .local_world_size = 2, .world_size = 6};
        group.environment = {{"MASTER_ADDR", "10.0.0.1"}, {"OUT", folder.path().toStdString()}};
        QCOMPARE(run_processes(group), ExitCode::Done);
        QCOMPARE(read_file(folder.filePath("4").toStdString()), std::string("4 0 6 2 10.0.0.1\n"));
        QCOMPARE(read_file(folder.filePath("5").toStdString()), std::string("5 1 6 2 10.0.0.1\n"));
    }

    void someItemsFailedIsNoFailureOfTheRank() {
        ProcessGroup group = shells("exit $((RANK % 2 * 3))", 2);
        QCOMPARE(run_processes(group), ExitCode::Done);  // rank 0 knows the outcome of the other's items
        group.ranks = {.first_rank = 1, .local_world_size = 1, .world_size = 2};
        QCOMPARE(run_processes(group), ExitCode::SomeItemsFailed);
        QCOMPARE(run_processes(shells("exit 3", 1)), ExitCode::SomeItemsFailed);
    }

    void theOthersGoOnWithoutOneThatFails() {
        QCOMPARE(run_processes(shells("[ $RANK = 1 ] && exit 9; [ $RANK = 2 ] && kill -9 $$; sleep 1", 4)),
                 ExitCode::Done);
    }

    void whoStaysWhenRank0HasEndedIsEnded() {
        ProcessGroup group = shells("[ $RANK = 0 ] && exit 3; exec sleep 60", 3);
        group.grace_seconds = 0.2;
        const Stopwatch watch;
        QCOMPARE(run_processes(group), ExitCode::SomeItemsFailed);
        QVERIFY(watch.seconds() < 50);
    }

    void whenRank0FailsTheOthersAreEnded() {
        const Stopwatch watch;
        const std::string message = failure_of(shells("[ $RANK = 0 ] && exit 9; exec sleep 60", 3));
        QVERIFY2(message.find("Rank 0 ended with status 9; finish the run") == 0, message.c_str());
        QVERIFY(watch.seconds() < 50);
    }

    void onMachinesWithoutRank0TheFirstThatFailsIsNamed() {
        ProcessGroup group = shells("[ $RANK = 3 ] && exit 9; exit 0", 2);
        group.ranks = {.first_rank = 2, .local_world_size = 2, .world_size = 4};
        const std::string message = failure_of(group);
        QVERIFY2(message.find("Rank 3 ended with status 9") == 0, message.c_str());
    }

    void whoDoesNotEndIsKilled() {
        ProcessGroup group = shells("trap '' TERM; [ $RANK = 0 ] && kill -9 $$; while :; do sleep 1; done", 2);
        group.grace_seconds = 0.2;
        const Stopwatch watch;
        const std::string message = failure_of(group);
        QVERIFY2(message.find("Rank 0 was killed by signal 9") == 0, message.c_str());
        QVERIFY(watch.seconds() < 50);
    }

    void aProgramThatIsNotThereIsNamed() {
        ProcessGroup group = shells("", 2);
        group.program = "/nowhere/worker";
        const std::string message = failure_of(group);
        QVERIFY2(message.find("cannot be started: /nowhere/worker") != std::string::npos, message.c_str());
    }

    void aStopEndsThemAll() {
        QTimer::singleShot(100, [] { request_stop(); });
        QCOMPARE(run_processes(shells("exec sleep 60", 2)), ExitCode::Interrupted);
    }
};

FANLIGHT_TEST(TestProcessGroup, QCoreApplication)
#include "tst_process_group.moc"
