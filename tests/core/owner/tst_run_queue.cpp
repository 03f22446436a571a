// The queue on disk: its changes, and what is done with a file that is not as it should be.

#include "core/owner/run_queue.h"

#include <sys/resource.h>

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <functional>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/owner/run_name.h"
#include "core/run/run_folder.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

KnownRun run_called(const std::string& name, RunPhase phase = RunPhase::Queued) {
    KnownRun run{.folder = "/runs/" + name, .model = "starter", .task = "image", .counts = {.total = 10}};
    begin(run, true);
    run.phase = phase;
    return run;
}

QStringList names(const KnownRuns& runs) {
    QStringList names;
    for (const KnownRun& run : runs)
        names << QString::fromStdString(fs::path(run.folder).filename().string() + " " + text_of(run.phase));
    return names;
}

}  // namespace

class TestRunQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        file_ = fs::path(dir_->path().toStdString()) / "state" / "queue.json";
    }

    void whatIsWrittenIsReadAgain() {
        KnownRun run = run_called("a", RunPhase::Failed);
        run.counts = {.total = 10, .done = 3, .failed = 2, .cancelled = 1};
        run.name = "The night's \"lighthouses\"";
        run.prompt = prompt_beginning("a lighthouse " + std::string(100, 'x'));
        run.begun = 1'795'000'000;
        run.warnings = 7;
        run.seconds = 4.5;
        run.message = "No space left\n\"ص\"";
        run.by_queue = false;
        run.crashes = 2;
        const KnownRuns after = RunQueue(file_).change([&](KnownRuns& runs) { runs = {run, run_called("b")}; });
        QVERIFY(after == (KnownRuns{run, run_called("b")}));
        QVERIFY(RunQueue(file_).runs() == after);
        QVERIFY(RunQueue(file_).settings() == QueueSettings());
        const QueueSettings settings{false, "echo \"$FANLIGHT_RUN_DONE\"", "systemctl suspend", {1320, 420}, 85};
        RunQueue(file_).change_settings([&](QueueSettings& now) { now = settings; });
        QVERIFY(RunQueue(file_).settings() == settings);
        QVERIFY(RunQueue(file_).runs() == after);
    }

    /// What an object remembers of the file does not hide what others do to it, and it loses nothing of theirs.
    void whatOthersChangeIsSeen() {
        RunQueue owner(file_), command(file_);
        owner.change([](KnownRuns& runs) { runs = {run_called("a"), run_called("b")}; });
        QCOMPARE(command.runs().size(), size_t{2});
        command.change([](KnownRuns& runs) {
            runs[0].counts.done = 5;
            runs.push_back(run_called("c"));
        });
        QCOMPARE(names(owner.runs()), (QStringList{"a queued", "b queued", "c queued"}));
        owner.change([](KnownRuns& runs) { std::swap(runs[0], runs[2]); });
        for (const RunQueue& queue : {std::cref(owner), std::cref(command)}) {
            QCOMPARE(names(queue.runs()), (QStringList{"c queued", "b queued", "a queued"}));
            QCOMPARE(queue.runs()[2].counts.done, int64_t{5});
        }
        replace_file(file_, "{");
        QVERIFY_THROWS_EXCEPTION(Error, owner.runs());
        QVERIFY_THROWS_EXCEPTION(Error, owner.runs());
        fs::remove(file_);
        QVERIFY(owner.runs().empty());
    }

    /// Each run has a line of its own, and one that stays as it is keeps its line.
    void onlyTheLineOfAChangedRunChanges() {
        const auto lines = [&] { return QString::fromStdString(read_file(file_)).split('\n', Qt::SkipEmptyParts); };
        RunQueue queue(file_);
        queue.change([](KnownRuns& runs) { runs = {run_called("a"), run_called("b"), run_called("c")}; });
        const QStringList before = lines();
        RunQueue(file_).change([](KnownRuns& runs) { runs[1].seconds = 2.5; });
        QStringList after = lines();
        QCOMPARE(after.size(), 5);
        QVERIFY(after[2].contains("\"seconds\":2.5"));
        after[2] = before[2];
        QCOMPARE(after, before);
    }

    void thereIsNoQueueAtFirst() {
        QVERIFY(RunQueue(file_).runs().empty());
        QVERIFY(!fs::exists(file_));
    }

    void runsAreQueuedOnceAndMoved() {
        KnownRuns runs;
        for (const char* name : {"a", "b", "c"}) enqueue(runs, run_called(name));
        QVERIFY_THROWS_EXCEPTION(Error, enqueue(runs, run_called("b")));
        move_before(runs, "/runs/c", "/runs/a");
        QCOMPARE(names(runs), (QStringList{"c queued", "a queued", "b queued"}));
        move_before(runs, "/runs/c", "");
        move_before(runs, "/runs/a", "/runs/a");
        QCOMPARE(names(runs), (QStringList{"a queued", "b queued", "c queued"}));
        runs[0].phase = RunPhase::Finished;
        QVERIFY_THROWS_EXCEPTION(Error, move_before(runs, "/runs/a", ""));
        QVERIFY_THROWS_EXCEPTION(Error, move_before(runs, "/runs/b", "/runs/a"));
        QVERIFY_THROWS_EXCEPTION(Error, move_before(runs, "/runs/none", ""));
        enqueue(runs, run_called("a"));  // once more, behind the others
        leave_out(runs, "/runs/b");
        QVERIFY_THROWS_EXCEPTION(Error, leave_out(runs, "/runs/b"));
        QCOMPARE(names(runs), (QStringList{"b cancelled", "c queued", "a queued"}));
        remove_from(runs, "/runs/b");
        QVERIFY_THROWS_EXCEPTION(Error, remove_from(runs, "/runs/b"));
        QCOMPARE(names(runs), (QStringList{"c queued", "a queued"}));
    }

    void anOwnerThatDiedLeavesItsRunToTheNext() {
        KnownRuns runs{run_called("made", RunPhase::Running), run_called("paused", RunPhase::Paused),
                       run_called("by hand", RunPhase::Running), run_called("waits"),
                       run_called("over", RunPhase::Finished)};
        runs[2].by_queue = false;
        KnownRuns left = runs;
        recover(left, true);
        QCOMPARE(names(left), (QStringList{"made queued", "paused interrupted", "by hand interrupted", "waits queued",
                                           "over finished"}));
        left = runs;
        recover(left, false);
        QCOMPARE(names(left).first(), QString("made interrupted"));
    }

    void aRunOfAnotherMachineIsLeftToIt() {
        KnownRuns runs{run_called("there", RunPhase::Running)};
        runs[0].machine += "-2";  // whose locks cannot be seen from here
        recover(runs, true);
        QCOMPARE(runs[0].phase, RunPhase::Running);
    }

    void aRunThatKillsItsOwnersStops() {
        KnownRuns runs{run_called("bad")};
        for (int owner = 0; owner < max_crashes; ++owner) {
            runs[0].phase = RunPhase::Running;
            recover(runs, true);
            QCOMPARE(runs[0].phase, RunPhase::Queued);
        }
        runs[0].phase = RunPhase::Running;
        recover(runs, true);
        QCOMPARE(runs[0].phase, RunPhase::Interrupted);
    }

    void aRunThatAnotherProcessMakesIsLeftToIt() {
        const std::string folder = dir_->path().toStdString() + "/run";
        {
            const RunFolder run = create_run(folder, fake_plan(fake_items(3), 1));
            QVERIFY(is_being_made(folder));
            KnownRuns runs{known_run(folder)};
            begin(runs[0], true);
            recover(runs, true);
            QCOMPARE(runs[0].phase, RunPhase::Running);
            QVERIFY_THROWS_EXCEPTION(Error, remove_from(runs, folder));
            QVERIFY_THROWS_EXCEPTION(Error, enqueue(runs, known_run(folder)));
        }
        QVERIFY(!is_being_made(folder));
        QVERIFY(!is_being_made("/nowhere"));
        QCOMPARE(known_run(folder).counts.total, int64_t{3});
        QVERIFY_THROWS_EXCEPTION(Error, known_run("run"));
        QVERIFY_THROWS_EXCEPTION(Error, known_run("/nowhere"));
    }

    void aDamagedFileIsKeptBesideANewOne_data() {
        QTest::addColumn<QString>("bytes");
        const auto with = [](const Json& change) {
            Json run = {{"folder", "/r"}, {"phase", "queued"}, {"model", "m"}, {"task", "image"},
                        {"total", 5},     {"done", 1},         {"failed", 0},  {"seconds", 1},
                        {"message", ""},  {"by_queue", true},  {"crashes", 0}, {"machine", "here"}};
            run.update(change);
            const Json queue = {{"version", 1}, {"go_on_after_crash", true}, {"runs", Json::array({run})}};
            return QString::fromStdString(to_line(queue));
        };
        QTest::addRow("nothing") << "";
        QTest::addRow("torn") << with(Json::object()).chopped(5);
        QTest::addRow("no queue") << "[1,2]";
        QTest::addRow("no such phase") << with({{"phase", "flying"}});
        QTest::addRow("a relative folder") << with({{"folder", "r"}});
        QTest::addRow("a number for a folder") << with({{"folder", 7}});
        QTest::addRow("more done than there are") << with({{"done", 6}});
        QTest::addRow("fewer failed than none") << with({{"failed", -3}});
        QTest::addRow("more cancelled than are left") << with({{"cancelled", 5}});
        QTest::addRow("a name of two lines") << with({{"name", "a\nb"}});
        QTest::addRow("begun before time began") << with({{"begun", -1}});
        QTest::addRow("a count beyond all numbers") << with({{"total", 1e300}});
        QTest::addRow("endless seconds") << with({{"seconds", 1e300}});
    }

    void aDamagedFileIsKeptBesideANewOne() {
        QFETCH(QString, bytes);
        fs::create_directories(file_.parent_path());
        replace_file(file_, bytes.toStdString());
        QVERIFY_THROWS_EXCEPTION(Error, RunQueue(file_).runs());
        QVERIFY(fs::exists(file_));  // another process may be about to change it
        RunQueue(file_).change([](KnownRuns& runs) { enqueue(runs, run_called("a")); });
        QCOMPARE(names(RunQueue(file_).runs()), QStringList("a queued"));
        QCOMPARE(QString::fromStdString(read_file(file_.string() + ".damaged")), bytes);
    }

    void whatCanBeReadOfADamagedFileIsKept() {
        RunQueue queue(file_);
        queue.change([](KnownRuns& runs) { runs = {run_called("a"), run_called("b"), run_called("c")}; });
        queue.change_settings([](QueueSettings& settings) { settings.after_run = "echo done"; });
        std::string bytes = read_file(file_);
        bytes.resize(bytes.size() - 20);  // within the last run
        const auto damage = [&] {
            replace_file(file_, bytes);
            return RunQueue(file_).change([](KnownRuns& runs) { enqueue(runs, run_called("d")); });
        };
        QCOMPARE(names(damage()), (QStringList{"a queued", "b queued", "d queued"}));
        QCOMPARE(RunQueue(file_).settings().after_run, std::string("echo done"));
        QCOMPARE(names(RunQueue(file_).runs()), (QStringList{"a queued", "b queued", "d queued"}));
        bytes.replace(bytes.find("queued"), 6, "flying");  // in the first run
        QCOMPARE(names(damage()), (QStringList{"b queued", "d queued"}));
        QVERIFY(fs::exists(file_.string() + ".damaged"));
        QCOMPARE(read_file(file_.string() + ".damaged-2"), bytes);
    }

    void whatIsNoFileIsLeftAlone_data() {
        QTest::addColumn<bool>("isFolder");
        QTest::addRow("a folder") << true;
        QTest::addRow("a link to itself") << false;
    }
    void whatIsNoFileIsLeftAlone() {
        QFETCH(bool, isFolder);
        fs::create_directories(file_.parent_path());
        isFolder ? void(fs::create_directory(file_)) : fs::create_symlink(file_.filename(), file_);
        for (const auto& use : {std::function<void()>([&] { RunQueue(file_).runs(); }),
                                {[&] { RunQueue(file_).change([](KnownRuns& runs) { runs.clear(); }); }}}) {
            try {
                use();
                QFAIL("it was used");
            } catch (const Error& error) {
                QVERIFY2(std::string(error.what()).find(file_.string()) != std::string::npos, error.what());
            }
        }
        QVERIFY(isFolder ? fs::is_directory(file_) : fs::is_symlink(file_));
    }

    void aFullDiskLeavesTheQueueAsItWas() {
        RunQueue queue(file_);
        queue.change([](KnownRuns& runs) {
            for (int i = 0; i < 20; ++i) runs.push_back(run_called(std::to_string(i)));
        });
        const std::string before = read_file(file_);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit full{1000, limit.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &full);
        QString said;
        try {
            queue.change([](KnownRuns& runs) { runs.push_back(run_called("one more")); });
        } catch (const Error& error) {
            said = error.what();
        }
        ::setrlimit(RLIMIT_FSIZE, &limit);
        std::signal(SIGXFSZ, handler);
        QVERIFY2(said.contains(QString::fromStdString(file_.string())), qPrintable(said));
        QCOMPARE(read_file(file_), before);
        QCOMPARE(std::distance(fs::directory_iterator(file_.parent_path()), {}), 2);  // and its lock
        QCOMPARE(queue.change([](KnownRuns& runs) { runs.push_back(run_called("one more")); }).size(), size_t{21});
    }

    void aFileOfALaterVersionIsLeftAlone() {
        fs::create_directories(file_.parent_path());
        const std::string bytes = to_line({{"version", 2}, {"entries", Json::object()}});
        replace_file(file_, bytes);
        QVERIFY_THROWS_EXCEPTION(UsageError, RunQueue(file_).change([](KnownRuns& runs) { runs.clear(); }));
        QCOMPARE(read_file(file_), bytes);
    }

    void aFolderThatCannotBeWrittenIsSaid() {
        const fs::path blocked = fs::path(dir_->path().toStdString()) / "blocked";
        replace_file(blocked, "a file");
        try {
            RunQueue(blocked / "queue.json").change([](KnownRuns&) {});
            QFAIL("a queue was written below a file");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find(blocked.string()) != std::string::npos);
        }
    }

    void twoProcessesChangeItOneAfterTheOther() {
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&, thread] {
                for (int i = 0; i < 10; ++i)
                    RunQueue(file_).change([&](KnownRuns& runs) {
                        enqueue(runs, run_called(std::to_string(thread) + "-" + std::to_string(i)));
                    });
            });
        for (std::thread& thread : threads) thread.join();
        QCOMPARE(RunQueue(file_).runs().size(), size_t{40});
    }

    void ofThoseThatHaveEndedTheLatestThousandAreKept() {
        const KnownRuns after = RunQueue(file_).change([](KnownRuns& runs) {
            enqueue(runs, run_called("waits"));
            for (int i = 0; i < 1100; ++i) runs.push_back(run_called(std::to_string(i), RunPhase::Finished));
        });
        QCOMPARE(after.size(), size_t{1001});
        QCOMPARE(names(after).first(), QString("waits queued"));
        QCOMPARE(names(after)[1], QString("100 finished"));
        QCOMPARE(RunQueue(file_).runs().size(), size_t{1001});
    }

private:
    std::unique_ptr<QTemporaryDir> dir_;
    fs::path file_;
};

FANLIGHT_TEST(TestRunQueue, QCoreApplication)
#include "tst_run_queue.moc"
