// Names of runs: in their folders, in the queue's file, and in owners that make or list them.

#include <QTest>

#include "core/base/error.h"
#include "core/owner/run_name.h"
#include "core/owner/run_queue.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestRunNames : public QObject, RunOwnerFixture {
    Q_OBJECT

    std::string name(int64_t run) const { return client_->run(run)->head().name; }
    void rename(const std::string& run, const std::string& name) const { RunQueue().rename(path(run).string(), name); }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void withoutANameTimeAndPromptAreOne() {
        qputenv("TZ", "UTC");
        ::tzset();
        QCOMPARE(run_title("", 1'795'903'440, "a dog"), std::string("2026-11-28 22:04, a dog"));
        QCOMPARE(run_title("", 0, "a dog"), std::string("a dog"));
        QCOMPARE(run_title("dogs", 1'795'903'440, "a dog"), std::string("dogs"));
        const KnownRun run = known_run(new_run("run", 2, "  a very long\nprompt " + std::string(200, 'x')));
        QVERIFY(run.begun > 1'600'000'000);
        QVERIFY(run.prompt.starts_with("a very long") && run.prompt.size() < 80);
        QVERIFY(run.prompt.find('\n') == std::string::npos);
    }

    void aNameStaysWithItsFolder() {
        QVERIFY(serve());
        client_->start(new_run("run", 1));
        WAIT_FOR(phase(1) == RunPhase::Finished);
        rename("run", " Lighthouses, أول محاولة ");
        WAIT_FOR(name(1) == "Lighthouses, أول محاولة");
        client_->remove(1);
        WAIT_FOR(client_->runs().empty());
        QVERIFY(RunQueue().runs().empty());
        QCOMPARE(known_run(path("run")).name, std::string("Lighthouses, أول محاولة"));
        client_->retry(1);  // refused: it is not known any more
        client_->start(path("run"));
        WAIT_FOR(client_->runs().size() == 1);
        WAIT_FOR(phase(2) == RunPhase::Finished);
        QCOMPARE(name(2), std::string("Lighthouses, أول محاولة"));
        rename("run", "");
        WAIT_FOR(name(2).empty());
    }

    void theRunThatIsBeingMadeIsRenamed_data() {
        QTest::addColumn<bool>("byQueue");
        QTest::addRow("by the queue") << true;
        QTest::addRow("by a command") << false;
    }
    void theRunThatIsBeingMadeIsRenamed() {
        QFETCH(bool, byQueue);
        if (byQueue) {
            QVERIFY(serve());
            client_->start(new_run("run", 400, "slow"));
        } else {
            start_run("run", 400, 1, "slow");
            QVERIFY(attach_to_run("run"));
        }
        WAIT_FOR(client_->run(1) && phase(1) == RunPhase::Running);
        rename("run", "a");
        WAIT_FOR(name(1) == "a");
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
        QCOMPARE(RunQueue().runs().front().name, std::string("a"));
    }

    void whatCannotBeANameIsRefused() {
        const auto folder = new_run("run", 1);
        RunQueue().change([&](KnownRuns& runs) { enqueue(runs, known_run(folder)); });
        for (const std::string& bad : {std::string("a\nb"), std::string("\x1b[2J"), std::string(300, 'a')})
            QVERIFY_THROWS_EXCEPTION(UsageError, rename("run", bad));
        QVERIFY_THROWS_EXCEPTION(Error, rename("nowhere", "a"));
        replace_file(folder / ".fanlight" / "name", "\x1b[2J" + std::string(1000, 'a'));
        QCOMPARE(read_run_name(folder), std::string());
        std::filesystem::rename(folder, path("moved"));
        QVERIFY_THROWS_EXCEPTION(Error, rename("run", "a"));
        QCOMPARE(RunQueue().runs().front().name, std::string());
    }

    void theTimeOfSeveralSessionsAddsUp() {
        QVERIFY(serve());
        client_->start(new_run("run", 40, "slow"));
        WAIT_FOR(phase(1) == RunPhase::Running && count(ItemState::Done) > 5);
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
        const double before = client_->run(1)->seconds();
        client_->retry(1);
        WAIT_FOR(phase(1) == RunPhase::Running);
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
        QVERIFY(before > 0.4 && client_->run(1)->seconds() >= before);
    }
};

FANLIGHT_TEST(TestRunNames, QCoreApplication)
#include "tst_run_names.moc"
