#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "core/base/file.h"
#include "core/owner/run_queue.h"
#include "core/owner/run_sockets.h"
#include "tests/support/places.h"
#include "tests/support/programs.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace Qt::StringLiterals;

/// `fanlight queue`, as a user types it, with and without an owner in the background.
class TestQueue : public QObject, RunOwnerFixture {
    Q_OBJECT

    QString folder(const std::string& name) const { return QString::fromStdString(path(name).string()); }

    /// "running 1 of 2 /…/name" as "running name", by lines.
    QStringList listed() const {
        QStringList lines;
        for (const QString& line : run_fanlight({"queue", "list", "--json"}).out.split('\n', Qt::SkipEmptyParts)) {
            const auto run = QJsonDocument::fromJson(line.toUtf8()).object();
            lines << run["phase"].toString() + " " + QFileInfo(run["folder"].toString()).fileName();
        }
        return lines;
    }

    /// Begins a run by a command and kills that.
    void interrupt(const std::string& name) {
        QProcess generate;
        generate.start(
            build_path("/fanlight"),
            QStringList{"generate", "--devices", "cpu", "--quiet", "-o", folder(name)} + QStringList(12, "slow"));
        WAIT_FOR(std::filesystem::exists(path(name) / ".fanlight" / "socket"));
        generate.kill();
        generate.waitForFinished(timeout_ms);
    }

private Q_SLOTS:
    void init() {
        begin();
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
    }
    void cleanup() { end(); }

    void thereIsNoRunAtFirst() {
        const ProgramResult none = run_fanlight({"queue"});
        QCOMPARE(none.status, 0);
        QVERIFY(none.err.contains("No runs are known"));
        QCOMPARE(run_fanlight({"queue", "resume"}).status, 0);
    }

    void aRunThatWasKilledIsListedAndFinishedInTheBackground() {
        interrupt("a");
        QCOMPARE(listed(), QStringList("interrupted a"));
        const ProgramResult resumed = run_fanlight({"queue", "resume"});
        QVERIFY2(resumed.err.contains("1 waiting run is being made in the background"), qPrintable(resumed.err));
        QVERIFY(attach(idle_owner_socket()));
        WAIT_FOR(phase(1) == RunPhase::Finished);
        client_->shut_down();
        QTRY_COMPARE_WITH_TIMEOUT(listed(), QStringList("finished a"), timeout_ms);
        QCOMPARE(images_in(folder("a")).size(), 12);
        const ProgramResult again = run_fanlight({"queue", "resume", "1"});
        QCOMPARE(again.status, 2);
        QVERIFY(again.err.contains("nothing to resume"));
    }

    void aFolderThatIsGoneDoesNotHinderTheOthers() {
        for (const char* name : {"a", "b"}) interrupt(name);
        std::filesystem::rename(path("a"), path("elsewhere"));
        const ProgramResult resumed = run_fanlight({"queue", "resume"});
        QCOMPARE(resumed.status, 0);
        QVERIFY2(resumed.err.contains("stays interrupted"), qPrintable(resumed.err));
        QVERIFY(attach(idle_owner_socket()));
        QTRY_COMPARE_WITH_TIMEOUT(listed(), (QStringList{"interrupted a", "finished b"}), timeout_ms);
        client_->shut_down();
    }

    void anOwnerFollowsWhatTheCommandChanges() {
        QVERIFY(serve());
        client_->start(new_run("a", 400, "slow"));
        for (const char* name : {"b", "c"}) client_->start(new_run(name, 2));
        WAIT_FOR(client_->runs().size() == 3 && phase(1) == RunPhase::Running);
        QCOMPARE(listed(), (QStringList{"running a", "queued b", "queued c"}));
        QCOMPARE(run_fanlight({"queue", "move", "3", "--before", "2"}).status, 0);
        WAIT_FOR(client_->runs()[1].folder() == path("c").string());
        QCOMPARE(run_fanlight({"queue", "move", folder("b"), "--first"}).status, 0);
        WAIT_FOR(client_->runs()[1].folder() == path("b").string());
        QCOMPARE(run_fanlight({"queue", "remove", "3"}).status, 0);
        WAIT_FOR(client_->runs().size() == 2);
        client_->shut_down();
    }

    void allAreCancelledAtOnce() {
        QVERIFY(serve());
        client_->start(new_run("a", 400, "slow"));
        for (const char* name : {"b", "c"}) client_->start(new_run(name, 2));
        WAIT_FOR(client_->runs().size() == 3 && phase(1) == RunPhase::Running);
        const ProgramResult cancelled = run_fanlight({"cancel", "--all", "--json"});
        QCOMPARE(cancelled.status, 0);
        QCOMPARE(cancelled.out.count("\"phase\":\"cancelled\""), 3);
        QVERIFY2(cancelled.err.contains("fanlight queue resume 1 2 3"), qPrintable(cancelled.err));
        QCOMPARE(listed(), (QStringList{"cancelled a", "cancelled b", "cancelled c"}));
        QVERIFY(run_fanlight({"cancel", "--all"}).err.contains("nothing to cancel"));
        QCOMPARE(run_fanlight({"cancel", "--all", folder("a")}).status, 2);
        QCOMPARE(run_fanlight({"cancel", "--json"}).status, 2);

        QCOMPARE(run_fanlight({"queue", "resume", "1", "2", "3"}).status, 0);
        WAIT_FOR(phase(1) == RunPhase::Running);
        QCOMPARE(listed(), (QStringList{"running a", "queued b", "queued c"}));
        client_->shut_down();
    }

    void aRunIsListedOnceHoweverItIsSpelt() {
        interrupt("a");
        std::filesystem::create_directory_symlink(dir_->path().toStdString(), path("link"));
        for (const QString& spelling :
             {folder("a") + "/", folder(".") + "/a//", folder("b") + "/../a", folder("link/a")}) {
            const ProgramResult made = run_fanlight({"generate", "--quiet", "--resume", spelling});
            QVERIFY2(made.status == 0, qPrintable(made.output()));
            QCOMPARE(listed(), QStringList("finished a"));
            QVERIFY(run_fanlight({"queue", "rename", spelling, "again"}).out.contains("again"));
        }
        QCOMPARE(run_fanlight({"generate", "a cat", "--devices", "cpu", "--quiet", "-o", folder("new") + "/"}).status,
                 0);
        QCOMPARE(run_fanlight({"queue", "rename", folder("new"), "new one"}).status, 0);
        QCOMPARE(run_fanlight({"queue", "remove", folder("a") + "/", folder("new") + "/"}).status, 0);
        QCOMPARE(listed(), QStringList());
    }

    void aRunThatIsOnlyBeginningIsNotInterrupted() {
        QVERIFY(serve());
        KnownRun run = known_run(new_run("a", 2));
        QCOMPARE(::kill(static_cast<pid_t>(owner_->processId()), SIGSTOP), 0);
        fanlight::begin(run, true);  // as the owner records it before it opens the folder
        RunQueue().change([&](KnownRuns& runs) { runs.push_back(run); });
        QCOMPARE(listed(), QStringList("running a"));
        QCOMPARE(::kill(static_cast<pid_t>(owner_->processId()), SIGCONT), 0);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), QStringList("finished a"), timeout_ms);
        client_->shut_down();
    }

    void whatADeadOwnerHasLeftIsCancelledToo() {
        QVERIFY(serve());
        client_->start(new_run("a", 400, "slow"));
        client_->start(new_run("b", 2));
        WAIT_FOR(client_->runs().size() == 2 && phase(1) == RunPhase::Running);
        end();  // kills it
        QCOMPARE(run_fanlight({"cancel", "--all"}).status, 0);
        QCOMPARE(listed(), (QStringList{"cancelled a", "cancelled b"}));
        QVERIFY(serve());
        WAIT_FOR(client_->runs().size() == 2);
        QCOMPARE(listed(), (QStringList{"cancelled a", "cancelled b"}));
    }

    void runsAreCancelled() {
        QVERIFY(serve());
        client_->start(new_run("a", 400, "slow"));
        for (const char* name : {"b", "c"}) client_->start(new_run(name, 400, "slow"));
        WAIT_FOR(client_->runs().size() == 3 && phase(1) == RunPhase::Running);
        QCOMPARE(run_fanlight({"queue", "cancel", "2"}).status, 0);
        QCOMPARE(listed(), (QStringList{"running a", "cancelled b", "queued c"}));
        const ProgramResult again = run_fanlight({"queue", "cancel", "3", "2"});
        QVERIFY2(again.err.contains("has ended already"), qPrintable(again.err));
        QCOMPARE(listed(), (QStringList{"running a", "cancelled b", "queued c"}));
        QCOMPARE(run_fanlight({"queue", "cancel"}).status, 2);
        QCOMPARE(run_fanlight({"queue", "cancel", folder("a")}).status, 0);
        WAIT_FOR(listed() == (QStringList{"cancelled a", "cancelled b", "running c"}));
        QCOMPARE(run_fanlight({"queue", "cancel", "--all"}).status, 0);
        QCOMPARE(listed(), (QStringList{"cancelled a", "cancelled b", "cancelled c"}));
    }

    void runsAreNamed() {
        interrupt("a");
        const auto shows = [](const QString& name) { return run_fanlight({"queue"}).out.contains(name); };
        QVERIFY(shows(", slow "));
        QVERIFY(run_fanlight({"queue", "rename", "1", "The lighthouses"}).out.contains("The lighthouses"));
        QVERIFY(shows("The lighthouses") && !shows(", slow "));
        QVERIFY(run_fanlight({"queue", "--json"}).out.contains("\"name\":\"The lighthouses\""));
        QCOMPARE(run_fanlight({"queue", "rename", folder("a"), ""}).status, 0);
        QVERIFY(shows(", slow "));
        const ProgramResult refused = run_fanlight({"queue", "rename", "1", "two\nlines"});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("A run's name is one line"), qPrintable(refused.err));
    }

    void settingsAreShownAndChanged() {
        QVERIFY(run_fanlight({"queue", "settings"}).out.contains("after each run       none"));
        const ProgramResult changed =
            run_fanlight({"queue", "settings", "--after-run", "echo one", "--after-queue", "echo two",
                          "--max-temperature", "85", "--max-power", "250", "--resume-after-crash", "no"});
        QCOMPARE(changed.status, 0);
        for (const char* part :
             {"echo one", "echo two", "quiet hours          none", "85 °C", "power limit          250 W", "crash   no"})
            QVERIFY2(changed.out.contains(QString::fromUtf8(part)), qPrintable(changed.out));
        QCOMPARE(run_fanlight({"queue", "settings"}).out, changed.out);
        QVERIFY(run_fanlight({"queue", "settings", "--after-run", "none"}).out.contains("after each run       none"));
        for (const QStringList& wrong : {QStringList{"--quiet-hours", "night"},
                                         {"--max-temperature", "7"},
                                         {"--max-power", "7"},
                                         {"--resume-after-crash", "perhaps"}})
            QCOMPARE(run_fanlight(QStringList{"queue", "settings"} + wrong).status, 2);
    }

    void quietHoursAreSaid() {
        const int now = time_of_day();
        const QuietHours hours{(now + 1380) % 1440, (now + 60) % 1440};
        interrupt("a");
        QVERIFY(!run_fanlight({"queue"}).err.contains("Quiet"));
        const QString text = QString::fromStdString(text_of(hours));
        QVERIFY(run_fanlight({"queue", "settings", "--quiet-hours", text}).out.contains(text));
        const ProgramResult quiet = run_fanlight({"queue"});
        const QString until = "Quiet until " + QString::fromStdString(time_of_day_text(hours.to));
        QVERIFY2(quiet.err.contains(until), qPrintable(quiet.err));
    }

    void aQueueThatCannotBeUsedIsSaid_data() {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("part");
        const QString torn = "{\"version\": 1, \"go_on_after_crash\": true, \"runs\": [{\"fold";
        const QString later = "{\"version\": 99, \"entries\": {}}";
        for (const QStringList& words : {QStringList{"list"}, {"--json"}})
            QTest::addRow("torn, %s", qPrintable(words[0])) << torn << words << "queue.json is damaged";
        for (const QStringList& words : {QStringList{"list"},
                                         {"move", "1", "--last"},
                                         {"remove", "1"},
                                         {"rename", "1", "a"},
                                         {"resume"},
                                         {"settings"}})
            QTest::addRow("later, %s", qPrintable(words[0])) << later << words << "later version of Fanlight";
        // No file but a folder where its lock should be: as root, nothing else cannot be written.
        for (const QStringList& words :
             {QStringList{"move", "1", "--last"}, {"remove", "1"}, {"settings", "--max-temperature", "85"}})
            QTest::addRow("not writable, %s", qPrintable(words[0])) << "" << words << "Cannot lock the queue";
    }
    void aQueueThatCannotBeUsedIsSaid() {
        QFETCH(QString, content);
        QFETCH(QStringList, words);
        QFETCH(QString, part);
        const std::filesystem::path file = RunQueue::queue_file();
        std::filesystem::create_directories(file.parent_path());
        if (content.isEmpty())
            std::filesystem::create_directories(file.string() + ".lock");
        else
            replace_file(file, content.toStdString());
        const ProgramResult refused = run_fanlight(QStringList{"queue"} + words);
        QVERIFY(refused.status == 1 || refused.status == 2);
        QVERIFY2(refused.err.contains(part), qPrintable(refused.err));
        QCOMPARE(refused.err.count('\n'), 1);
        if (!content.isEmpty()) QCOMPARE(read_file(file), content.toStdString());
    }

    /// As from two windows and a command line.
    void processesChangeItAtOnce() {
        QVERIFY(serve());
        QStringList all;
        for (const QString name : {"a", "b", "c", "d"}) client_->start(new_run(name.toStdString(), 2));
        WAIT_FOR(client_->runs().size() == 4);
        const auto repeat = [](const QString& command) {
            auto loop = std::make_unique<QProcess>();
            const QString program = "'" + QString(build_path("/fanlight")) + "' ";
            loop->setStandardOutputFile(QProcess::nullDevice());
            loop->start("/bin/sh", {"-c", "for i in 1 2 3 4 5 6; do " + program + command + "; done"});
            return loop;
        };
        std::vector<std::unique_ptr<QProcess>> loops;
        loops.push_back(repeat("queue rename '" + folder("a") + "' \"name $i\""));
        loops.push_back(repeat("queue settings --max-temperature 8$i"));
        loops.push_back(repeat("generate 'a cat' --devices cpu --quiet -o '" + folder("made") + "'-$i"));
        for (int i = 0; i < 6; ++i) client_->start(new_run("e" + std::to_string(i), 1));
        for (const auto& loop : loops) QVERIFY(loop->waitForFinished(4 * timeout_ms) && loop->exitCode() == 0);
        for (const QString name : {"a", "b", "c", "d"}) all << "finished " + name;
        for (int i = 0; i < 6; ++i) all << QString("finished e%1").arg(i) << QString("finished made-%1").arg(i + 1);
        all.sort();
        const auto runs = [this] {
            QStringList now = listed();
            now.sort();
            return now;
        };
        QTRY_COMPARE_WITH_TIMEOUT(runs(), all, 2 * timeout_ms);
        QVERIFY(run_fanlight({"queue"}).out.contains("name 6"));
        QCOMPARE(RunQueue().settings().cards.celsius, 86);
        client_->shut_down();
    }

    void aRunIsMadeWithoutAQueue() {
        const std::filesystem::path lock = RunQueue::queue_file().string() + ".lock";
        std::filesystem::create_directories(lock);
        const ProgramResult made = run_fanlight({"generate", "a dog", "--devices", "cpu", "-o", folder("a")});
        QCOMPARE(made.status, 0);
        QCOMPARE(images_in(folder("a")).size(), 1);
    }

    void whatCannotBeDoneIsSaid_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("part");
        QTest::addRow("no such number") << QStringList{"remove", "7"} << "There is no run 7";
        QTest::addRow("no known folder") << QStringList{"remove", "/nowhere"} << "knows no run in /nowhere";
        QTest::addRow("no run there") << QStringList{"resume", "/nowhere"} << "/nowhere";
        QTest::addRow("no place") << QStringList{"move", "1"} << "--before RUN, --first and --last";
        QTest::addRow("two places") << QStringList{"move", "1", "--first", "--last"} << "--before RUN";
        QTest::addRow("not waiting") << QStringList{"move", "1", "--last"} << "is not waiting";
    }

    void whatCannotBeDoneIsSaid() {
        QFETCH(QStringList, words);
        QFETCH(QString, part);
        interrupt("a");
        const ProgramResult refused = run_fanlight(QStringList{"queue"} + words);
        QVERIFY(refused.status == 1 || refused.status == 2);
        QVERIFY2(refused.err.contains(part), qPrintable(refused.err));
        QCOMPARE(listed(), QStringList("interrupted a"));
    }
};

FANLIGHT_TEST(TestQueue, QCoreApplication)
#include "tst_queue.moc"
