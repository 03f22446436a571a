// What an owner does of its own accord, with nobody there: quiet hours, commands at the end.

#include <QTest>
#include <fstream>

#include "core/owner/run_name.h"
#include "core/owner/run_queue.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

class TestUnattended : public QObject, RunOwnerFixture {
    Q_OBJECT

    static void be_quiet(bool quiet) {
        const int now = time_of_day();
        RunQueue().change_settings([&](QueueSettings& settings) {
            settings.quiet = quiet ? QuietHours{(now + 1380) % 1440, (now + 60) % 1440} : QuietHours();
        });
    }
    bool is_quiet(int64_t run) const { return !client_->run(run)->head().quiet_until.empty(); }

    /// What a command has written into a file of the test's folder, by lines; none: it is not there yet.
    QStringList written(const std::string& name) const {
        std::ifstream file(path(name));
        QStringList lines;
        for (std::string line; std::getline(file, line);) lines << QString::fromStdString(line);
        return lines;
    }
    std::string into(const std::string& name, const std::string& words) const {
        return "echo " + words + " >> " + path(name).string();
    }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void noRunBeginsInQuietHours() {
        be_quiet(true);
        QVERIFY(serve());
        client_->start(new_run("run", 2));
        WAIT_FOR(client_->run(1) && is_quiet(1));
        QCOMPARE(phase(1), RunPhase::Queued);
        QVERIFY(workers().empty());
        be_quiet(false);
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QVERIFY(!is_quiet(1));
    }

    void noItemBeginsInQuietHours() {
        QVERIFY(serve());
        client_->start(new_run("run", 400, "slow"));
        WAIT_FOR(phase(1) == RunPhase::Running && count(ItemState::Working) > 0);
        be_quiet(true);
        WAIT_FOR(is_quiet(1) && count(ItemState::Working) == 0);
        const int64_t done = count(ItemState::Done);
        QVERIFY(done < 400);
        client_->move_items(1, {399}, done);  // answered when all else has been
        WAIT_FOR(!client_->run(1)->order().empty());
        QCOMPARE(count(ItemState::Done), done);
        be_quiet(false);
        WAIT_FOR(count(ItemState::Done) > done);
        client_->shut_down();
    }

    void aRunMadeByACommandIsQuietToo() {
        be_quiet(true);
        start_run("run", 2, 1, "a dog");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(is_quiet(1));
        be_quiet(false);
        WAIT_FOR(owner_ended());
        QCOMPARE(owner_->exitCode(), 0);
    }

    void commandsAreExecutedAtTheEnd() {
        RunQueue().change_settings([&](QueueSettings& settings) {
            settings.after_run = into("runs",
                                      "$FANLIGHT_RUN_STATE $FANLIGHT_RUN_DONE/$FANLIGHT_RUN_TOTAL "
                                      "$FANLIGHT_RUN_FAILED $FANLIGHT_RUN_CANCELLED \"$FANLIGHT_RUN_FOLDER\"");
            settings.after_queue = into("queue", "$FANLIGHT_QUEUE_RUNS $FANLIGHT_QUEUE_DONE/$FANLIGHT_QUEUE_TOTAL");
        });
        QVERIFY(serve());
        client_->start(new_run("a", 3, "slow"));
        client_->start(new_run("b", 2, "nan"));
        WAIT_FOR(written("queue").size() == 1);
        WAIT_FOR(written("runs").size() == 2);
        QCOMPARE(written("runs")[0], QString::fromStdString("finished 3/3 0 0 " + path("a").string()));
        QCOMPARE(written("runs")[1], QString::fromStdString("finished 0/2 2 0 " + path("b").string()));
        QCOMPARE(written("queue"), QStringList("2 3/5"));
        const fs::path log = path("a") / ".fanlight" / "logs" / "after_run.log";
        WAIT_FOR(fs::exists(log) && fs::file_size(log) > 0);
        QCOMPARE(read_file(log), std::string("Exit status 0\n"));
    }

    void nothingIsExecutedAfterACancelledRun() {
        RunQueue().change_settings([&](QueueSettings& settings) {
            settings.after_run = into("runs", "$FANLIGHT_RUN_FOLDER");
            settings.after_queue = into("queue", "over");
        });
        QVERIFY(serve());
        client_->start(new_run("cancelled", 400, "slow"));
        WAIT_FOR(phase(1) == RunPhase::Running);
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
        client_->start(new_run("made", 1));
        WAIT_FOR(written("queue").size() == 1);
        WAIT_FOR(written("runs").size() == 1);
        QCOMPARE(written("runs").front(), QString::fromStdString(path("made").string()));
    }

    void whatARunIsCalledIsNoCommand() {
        const std::string name = "a b'c\"$(touch " + path("made").string() + ")`;\\n";
        const std::string folder = "$(exit 7) 'x' \"y\"\n`z`";
        const auto print = [this](const char* variable, const char* file) {
            return "printf %s \"$" + std::string(variable) + "\" > " + path(file).string() + "; ";
        };
        RunQueue().change_settings([&](QueueSettings& settings) {
            settings.after_run = print("FANLIGHT_RUN_NAME", "name") + print("FANLIGHT_RUN_FOLDER", "folder");
        });
        QVERIFY(serve());
        new_run(folder, 1);
        write_run_name(path(folder), name);
        client_->start(path(folder));
        const fs::path log = path(folder) / ".fanlight" / "logs" / "after_run.log";
        WAIT_FOR(fs::exists(log) && fs::file_size(log) > 0);
        QCOMPARE(read_file(log), std::string("Exit status 0\n"));
        QCOMPARE(read_file(path("name")), name);
        QCOMPARE(read_file(path("folder")), path(folder).string());
        QVERIFY(!fs::exists(path("made")));
    }

    void aCommandFollowsARunWithoutAWindow() {
        RunQueue().change_settings([&](QueueSettings& s) { s.after_run = into("runs", "\"$FANLIGHT_RUN_NAME\""); });
        start_run("run", 2, 1, "a dog");
        WAIT_FOR(owner_ended());
        WAIT_FOR(written("runs").size() == 1);
        QVERIFY(written("runs").front().endsWith(", a dog"));
    }
};

FANLIGHT_TEST(TestUnattended, QCoreApplication)
#include "tst_unattended.moc"
