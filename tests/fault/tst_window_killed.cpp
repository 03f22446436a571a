// The window on a queue of three runs, killed with its owner at random moments and opened again. FANLIGHT_TEST_ROUNDS
// is how many times (3), FANLIGHT_TEST_SEED decides when (printed).

#include <signal.h>

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>
#include <fstream>
#include <iterator>
#include <random>

#include "core/output/journal.h"
#include "core/owner/run_queue.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

constexpr int timeout_ms = 60'000;
constexpr int items_a_round = 12;  ///< of each run; two workers make 20 a second
constexpr int longest_ms = 1500;   ///< between a start and its end: the owner has begun, or has made some, or not yet

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, timeout_ms)

int number_in(const char* variable, int otherwise) {
    bool given = false;
    const int number = qEnvironmentVariableIntValue(variable, &given);
    return given ? number : otherwise;
}

/// The running processes that have this in their environment.
std::vector<pid_t> processes_with(const std::string& variable) {
    std::vector<pid_t> found;
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error)) {
        const pid_t pid = std::atoi(process.path().filename().c_str());
        std::ifstream stream(process.path() / "environ", std::ios::binary);
        const std::string environment(std::istreambuf_iterator<char>(stream), {});
        if (pid > 0 && pid != ::getpid() && environment.find(variable + '\0') != std::string::npos)
            found.push_back(pid);
    }
    return found;
}

std::string program_of(pid_t pid) {
    std::error_code error;
    return fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error).filename();
}

/// How often each item is recorded as done.
std::map<int64_t, int> done_records(const fs::path& folder) {
    std::map<int64_t, int> count;
    std::ifstream journal(folder / ".fanlight" / "journal.jsonl");
    for (std::string line; std::getline(journal, line);)
        if (const auto record = parse_journal_line(line); const auto* done = std::get_if<Result>(&record))
            ++count[done->item];
    return count;
}

}  // namespace

class TestWindowKilled : public QObject {
    Q_OBJECT

    PrivateHome home_;
    QProcess window_;
    const int rounds_ = number_in("FANLIGHT_TEST_ROUNDS", 3);
    const int seed_ = number_in("FANLIGHT_TEST_SEED", 20'261'129);

    int items() const { return items_a_round * rounds_; }
    fs::path folder(const std::string& name) const { return home_.path("runs").toStdString() + "/" + name; }

    std::vector<pid_t> processes(const std::string& program = "") const {
        auto found = processes_with("XDG_RUNTIME_DIR=" + home_.path("run").toStdString());
        std::erase_if(found, [&](pid_t pid) { return !program.empty() && program_of(pid) != program; });
        return found;
    }

    void open_window() { window_.start(build_path("/fanlight-gui"), {}); }

    /// The window and its owner, or all that the machine had running for this user.
    void kill(bool machine) {
        window_.kill();
        window_.waitForFinished(timeout_ms);
        const std::string victims = machine ? "" : "fanlight-run-owner";
        // One that the window was about to start appears a moment later.
        WAIT_FOR([&] {
            for (const pid_t pid : processes(victims)) ::kill(pid, SIGKILL);
            return processes(victims).empty();
        }());
        if (!machine) return;
        for (const QString& left : QDir(home_.path("run")).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QDir(home_.path("run/" + left)).removeRecursively();
    }

    fs::path new_run(const std::string& name) const {
        auto list = fake_items(items());
        for (Item& item : list) item.task.edit<ImageTask>().prompt = "slow";
        create_run(folder(name), fake_plan(std::move(list), 2, 2));
        return folder(name);
    }

    static QStringList listed() {
        QStringList names;
        for (const KnownRun& run : RunQueue().runs()) names << QString::fromStdString(fs::path(run.folder).filename());
        return names;
    }

    static bool is_over() {
        const KnownRuns runs = RunQueue().runs();
        return std::all_of(runs.begin(), runs.end(), [](const KnownRun& r) { return r.phase == RunPhase::Finished; });
    }

    /// As a user would who sees that a run was interrupted time and again.
    static void resume_interrupted() {
        RunQueue().change([](KnownRuns& runs) {
            for (const KnownRun& run : KnownRuns(runs))
                if (run.phase == RunPhase::Interrupted) enqueue(runs, known_run(run.folder));
        });
    }

    /// No run has lost anything since `before`.
    void check_counts(std::map<std::string, int64_t>& before) const {
        for (KnownRun run : RunQueue().runs()) {
            QCOMPARE(run.counts.total, int64_t{items()});
            count_again(run);
            QVERIFY2(run.counts.done >= before[run.folder], run.folder.c_str());
            QCOMPARE(run.counts.failed, int64_t{0});
            before[run.folder] = run.counts.done;
        }
    }

private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("fanlight");
        QCoreApplication::setApplicationName("fanlight");
        qputenv("QT_QPA_PLATFORM", "offscreen");
        qputenv("FANLIGHT", build_path("/tests/fanlight-run-owner"));
        qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker"));
        window_.setProcessChannelMode(QProcess::ForwardedChannels);
    }

    void cleanup() {
        kill(true);
        home_.forgetAll();
        QDir(home_.path("runs")).removeRecursively();
    }

    void nothingIsLostAndEachRunIsListedOnce_data() {
        QTest::addColumn<bool>("machine");
        QTest::addRow("window and owner are killed") << false;
        QTest::addRow("the machine restarts") << true;
    }

    void nothingIsLostAndEachRunIsListedOnce() {
        QFETCH(bool, machine);
        qInfo("FANLIGHT_TEST_ROUNDS=%d FANLIGHT_TEST_SEED=%d", rounds_, seed_);
        RunQueue().change([&](KnownRuns& runs) {
            for (const char* name : {"a", "b", "c"}) enqueue(runs, known_run(new_run(name)));
        });
        QStringList order = {"a", "b", "c"};
        std::map<std::string, int64_t> done;
        std::mt19937 random(static_cast<unsigned>(seed_));
        std::uniform_int_distribution<int> ms(0, longest_ms);
        int kills = 0;
        for (; kills < rounds_ && !is_over(); ++kills) {
            open_window();
            QTest::qWait(ms(random));
            kill(machine);
            QCOMPARE(listed(), order);
            check_counts(done);
            if (QTest::currentTestFailed()) return;
            resume_interrupted();
            order = listed();
            QCOMPARE(order.size(), 3);
        }
        QVERIFY(kills > rounds_ / 2);  // else the kills came too late
        open_window();
        QTRY_VERIFY_WITH_TIMEOUT(is_over() || (resume_interrupted(), false), timeout_ms + 10'000 * rounds_);
        QCOMPARE(listed().size(), 3);
        kill(machine);

        // One that nothing has happened to.
        QProcess undisturbed;
        undisturbed.start(build_path("/tests/fanlight-run-owner"),
                          {QString::fromStdString(folder("whole").string()), QString::number(items()), "2", "slow"});
        QVERIFY(undisturbed.waitForFinished(timeout_ms) && undisturbed.exitCode() == 0);
        const auto expected = files_in(folder("whole"));
        QCOMPARE(expected.size(), static_cast<size_t>(items()));
        for (const char* name : {"a", "b", "c"}) {
            QVERIFY(files_in(folder(name)) == expected);  // nor any .part file
            const auto records = done_records(folder(name));
            QCOMPARE(records.size(), static_cast<size_t>(items()));
            for (const auto& [item, count] : records) QCOMPARE(count, 1);
        }
    }
};

FANLIGHT_TEST(TestWindowKilled, QCoreApplication)
#include "tst_window_killed.moc"
