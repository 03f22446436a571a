// Runs of the queue whose folders are gone, or belong to another process.

#include <QTest>

#include "core/owner/run_queue.h"
#include "core/run/run_folder.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

class TestOtherOwners : public QObject, RunOwnerFixture {
    Q_OBJECT

    std::uintmax_t commands_executed() const {
        std::error_code none_yet;
        const std::uintmax_t bytes = fs::file_size(path("after"), none_yet);
        return none_yet ? 0 : bytes;
    }
    std::string message(int64_t run) const { return client_->run(run)->message().text(); }

private Q_SLOTS:
    void init() {
        begin();
        RunQueue().change_settings(
            [this](QueueSettings& settings) { settings.after_run = "echo >> " + path("after").string(); });
    }
    void cleanup() { end(); }

    void aFolderThatIsGoneIsWaitedForAndTheOthersAreMade() {
        QVERIFY(serve());
        client_->start(new_run("first", 40, "slow"));
        client_->start(new_run("away", 2));
        client_->start(new_run("last", 2));
        WAIT_FOR(client_->runs().size() == 3);
        fs::rename(path("away"), path("elsewhere"));
        client_->cancel(1);
        WAIT_FOR(phase(3) == RunPhase::Finished);
        QCOMPARE(phase(2), RunPhase::Interrupted);
        WAIT_FOR(commands_executed() == 1);  // after the last run alone
        QVERIFY2(message(2).find("is not there; mount its disk") != std::string::npos, message(2).c_str());
        fs::rename(path("elsewhere"), path("away"));
        client_->retry(2);
        WAIT_FOR(phase(2) == RunPhase::Finished);
    }

    void aRunThatAnotherProcessMakesIsLeftToIt() {
        QVERIFY(serve());
        new_run("run", 2);
        {
            const RunFolder other = resume_run(path("run"));  // this process has it
            client_->start(path("run"));
            WAIT_FOR(phase(1) == RunPhase::Running);
            QTRY_VERIFY_WITH_TIMEOUT(!RunQueue().runs().front().by_queue, timeout_ms);
            client_->start(new_run("next", 2));
            WAIT_FOR(phase(2) == RunPhase::Finished);
            QCOMPARE(phase(1), RunPhase::Running);
            QVERIFY(message(1).empty());
        }
        WAIT_FOR(phase(1) == RunPhase::Interrupted);  // it has died
        client_->retry(1);
        WAIT_FOR(phase(1) == RunPhase::Finished);
    }
};

FANLIGHT_TEST(TestOtherOwners, QCoreApplication)
#include "tst_other_owners.moc"
