#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <fstream>

#include "core/run/run_batch.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/recording_events.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

constexpr size_t images = 9;

fs::path link_target(const fs::path& link) {
    std::error_code error;
    return fs::read_symlink(link, error);
}

/// Running workers of the runs below a folder, by the name of their log.
std::map<std::string, pid_t> workers_of(const fs::path& folder) {
    std::map<std::string, pid_t> workers;
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error)) {
        const fs::path log = link_target(process.path() / "fd" / "2");
        if (log.string().starts_with(folder.string() + "/"))
            workers[log.stem().string()] = std::stoi(process.path().filename().string());
    }
    return workers;
}

std::vector<pid_t> child_processes() {
    std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    std::vector<pid_t> pids;
    for (pid_t pid; children >> pid;) pids.push_back(pid);
    return pids;
}

}  // namespace

/// The real programs and the starter model: whatever happens to a pipelined run, it yields the same files.
class TestPipelineFaults : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path root_, runtime_;
    std::map<std::string, std::string> expected_;
    RecordingEvents events_;

    void start(QProcess& program, const QStringList& arguments) const {
        program.setProcessChannelMode(QProcess::MergedChannels);
        program.start(build_path("/fanlight"), QStringList{"generate"} + arguments);
    }

    static QStringList images_into(const fs::path& folder, const QStringList& placement) {
        QStringList arguments{"--json",
                              "a dog",
                              "a cat",
                              "--images-per-prompt",
                              "3",
                              "a chicken",
                              "-W",
                              "64",
                              "-H",
                              "64",
                              "--steps",
                              "8",
                              "--batch-size",
                              "2",
                              "--threads",
                              "1",
                              "-o",
                              QString::fromStdString(folder.string())};
        return arguments + placement;
    }

    static QStringList three_stages() {
        return {"--mode", "pipelined", "--devices", "cpu,cpu,cpu", "--split-points", "accelerate", "--num-chunks", "3"};
    }

    /// Runs fanlight to its end. Returns its exit code, -1 if a signal ended it.
    int run(const QStringList& arguments) const {
        QProcess program;
        start(program, arguments);
        program.waitForFinished(120'000);
        const bool exited = program.exitStatus() == QProcess::NormalExit && program.state() == QProcess::NotRunning;
        if (program.exitCode() != 0) qInfo("%s", program.readAll().constData());
        return exited ? program.exitCode() : -1;
    }

    /// Starts a run, waits for its first image, and sends its owner a signal. Returns its exit code, or -1.
    int run_and_signal(const QStringList& arguments, int signal) const {
        QProcess program;
        start(program, arguments);
        QByteArray said;
        while (!said.contains("\"type\":\"image\"") && program.waitForReadyRead(60'000)) said += program.readAll();
        ::kill(static_cast<pid_t>(program.processId()), signal);
        program.waitForFinished(60'000);
        return program.exitStatus() == QProcess::NormalExit ? program.exitCode() : -1;
    }

    /// Prepares a run and makes it in this process, with a shorter silence timeout than the program's.
    void make_prepared(const fs::path& folder, const std::function<void()>& when_one_is_done) {
        QStringList prepare = images_into(folder, three_stages()) + QStringList{"--prepare"};
        prepare.removeOne("--json");
        QCOMPARE(run(prepare), 0);
        events_ = {};
        events_.on_item_done = [this, when_one_is_done] {
            if (events_.done.size() == 1) when_one_is_done();
        };
        run_batch({.folder = folder,
                   .worker_program = build_path("/fanlight-worker"),
                   .silence_seconds = 4,
                   .backoff_seconds = 0.02},
                  std::ref(events_));
    }

    bool meeting_folder_exists() const {
        for (const auto& entry : fs::directory_iterator(runtime_))
            if (entry.path().filename().string().starts_with("fanlight-meeting-")) return true;
        return false;
    }

private Q_SLOTS:
    void initTestCase() {
        root_ = fs::canonical(dir_.path().toStdString());
        runtime_ = root_ / "runtime";
        fs::create_directory(runtime_);
        ::setenv("XDG_RUNTIME_DIR", runtime_.c_str(), 1);
        ::setenv("XDG_CACHE_HOME", (root_ / "cache").c_str(), 1);
        ::unsetenv("FANLIGHT_WORKER");
        QCOMPARE(run(images_into(root_ / "whole", {"--devices", "cpu"})), 0);
        expected_ = files_in(root_ / "whole");
        QCOMPARE(expected_.size(), images);
    }

    void cleanup() { QVERIFY(child_processes().empty()); }

    void aStageThatFailsCostsTimeAlone_data() {
        QTest::addColumn<QString>("stage");
        QTest::addColumn<int>("signal");
        QTest::newRow("the first is killed") << "worker-0-stage-0" << SIGKILL;
        QTest::newRow("the middle one is killed") << "worker-0-stage-1" << SIGKILL;
        QTest::newRow("the last is killed") << "worker-0-stage-2" << SIGKILL;
        QTest::newRow("the first is stopped") << "worker-0-stage-0" << SIGSTOP;
        QTest::newRow("the middle one is stopped") << "worker-0-stage-1" << SIGSTOP;
        QTest::newRow("the last is stopped") << "worker-0-stage-2" << SIGSTOP;
    }
    void aStageThatFailsCostsTimeAlone() {
        QFETCH(QString, stage);
        QFETCH(int, signal);
        const fs::path folder = root_ / QTest::currentDataTag();
        make_prepared(folder, [&] {
            const auto workers = workers_of(folder);
            QCOMPARE(workers.size(), size_t{3});
            ::kill(workers.at(stage.toStdString()), signal);
        });
        QVERIFY(files_in(folder) == expected_);
        QCOMPARE(events_.done.size(), images);  // no image twice
        QCOMPARE(events_.count(WorkerState::Restarting), 1);
        const std::string name = "Stage " + stage.last(1).toStdString() + " of worker 0 (cpu) ";
        const std::string reason = signal == SIGKILL ? "was killed by signal 9" : "has not answered for 4 s";
        QVERIFY2(events_.warned_of(name + reason), events_.warnings.at(0).c_str());
        QVERIFY(workers_of(folder).empty());
        QVERIFY(!meeting_folder_exists());
    }

    void aRunWhoseOwnerEndsIsFinishedLater_data() {
        QTest::addColumn<int>("signal");
        QTest::addColumn<int>("exit_code");
        QTest::newRow("interrupted") << SIGINT << 130;
        QTest::newRow("terminated") << SIGTERM << 130;
        QTest::newRow("killed") << SIGKILL << -1;
    }
    void aRunWhoseOwnerEndsIsFinishedLater() {
        QFETCH(int, signal);
        QFETCH(int, exit_code);
        const fs::path folder = root_ / QTest::currentDataTag();
        QCOMPARE(run_and_signal(images_into(folder, three_stages()), signal), exit_code);
        QTRY_VERIFY(workers_of(folder).empty());
        QVERIFY(files_in(folder).size() < images);
        QCOMPARE(run({"--resume", QString::fromStdString(folder.string())}), 0);
        QVERIFY(files_in(folder) == expected_);
        QVERIFY(workers_of(folder).empty());
        QVERIFY(!meeting_folder_exists());  // the next owner has removed what the killed one left behind
    }
};

FANLIGHT_TEST(TestPipelineFaults, QCoreApplication)
#include "tst_pipeline_faults.moc"
