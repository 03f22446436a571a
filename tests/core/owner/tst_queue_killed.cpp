#include <QSignalSpy>
#include <QTest>
#include <csignal>
#include <random>

#include "core/owner/run_queue.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

constexpr int items = 30;
const std::vector<std::string> names = {"a", "b", "c"};

}  // namespace

/// Owners with three runs in the queue that are killed at random moments; each next one goes on.
class TestQueueKilled : public QObject, RunOwnerFixture {
    Q_OBJECT

    void kill_owner() {
        ::kill(static_cast<pid_t>(owner_->processId()), SIGKILL);
        owner_->waitForFinished(timeout_ms);
    }

    /// Each run once, in the order in which they were queued.
    QStringList listed() const {
        QStringList folders;
        for (const KnownRun& run : RunQueue().runs())
            folders << QString::fromStdString(fs::path(run.folder).filename());
        return folders;
    }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void nothingIsLostAndEachRunIsListedOnce_data() {
        QTest::addColumn<bool>("machine");
        QTest::addRow("the owner is killed") << false;
        QTest::addRow("the machine is started anew") << true;
    }

    void nothingIsLostAndEachRunIsListedOnce() {
        QFETCH(bool, machine);
        QVERIFY(serve());
        client_->start(new_run("whole", items, "slow", 2));
        WAIT_FOR(phase(1) == RunPhase::Finished);
        const auto expected = files_in(path("whole"));
        client_->remove(1);
        WAIT_FOR(client_->runs().empty());
        for (const std::string& name : names) client_->start(new_run(name, items, "slow", 2));
        WAIT_FOR(client_->runs().size() == names.size());

        QStringList order{"a", "b", "c"};
        std::mt19937 random(20'261'129);
        std::uniform_int_distribution<int> ms(0, 400);
        int kills = 0;
        const auto is_over = [&] {
            const KnownRuns runs = RunQueue().runs();
            return std::all_of(runs.begin(), runs.end(),
                               [](const KnownRun& r) { return r.phase == RunPhase::Finished; });
        };
        for (; kills < 10 && !is_over(); ++kills) {
            QTest::qWait(ms(random));
            kill_owner();
            QCOMPARE(listed(), order);
            if (machine) fs::remove_all(sockets_folder());
            QVERIFY(serve());
            QCOMPARE(client_->runs().size(), names.size());
            for (qsizetype i = 0; i < order.size(); ++i)
                QCOMPARE(client_->runs()[size_t(i)].folder(), path(order[i].toStdString()).string());
            // As a user would who sees that it was interrupted time and again.
            for (const RunState& run : client_->runs()) {
                if (run.phase() != RunPhase::Interrupted) continue;
                client_->retry(run.id());
                WAIT_FOR(phase(run.id()) != RunPhase::Interrupted);
                order = listed();
                QCOMPARE(order.size(), 3);
                break;
            }
        }
        QVERIFY(kills >= 5);
        WAIT_FOR(is_over());
        for (const RunState& run : client_->runs()) {
            WAIT_FOR(run.counts().done == int64_t{items});
            QVERIFY(files_in(run.folder()) == expected);
        }
    }
};

FANLIGHT_TEST(TestQueueKilled, QCoreApplication)
#include "tst_queue_killed.moc"
