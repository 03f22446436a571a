#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <fstream>
#include <set>

#include "core/base/error.h"
#include "core/run/run_batch.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/recording_events.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

std::vector<pid_t> child_processes() {
    std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    std::vector<pid_t> pids;
    for (pid_t pid; children >> pid;) pids.push_back(pid);
    return pids;
}

/// The process of worker 0 that runs this stage.
pid_t stage_process(int stage) {
    const std::string log = "worker-0-stage-" + std::to_string(stage) + ".log";
    for (const pid_t pid : child_processes()) {
        std::error_code error;
        const fs::path target = fs::read_symlink("/proc/" + std::to_string(pid) + "/fd/2", error);
        if (target.filename() == log) return pid;
    }
    return 0;
}

std::vector<Item> slow_items(int count) {
    auto items = fake_items(count);
    for (Item& item : items) item.task.edit<ImageTask>().prompt = "slow";
    return items;
}

std::vector<Item> items_with_fault(int count, int64_t index, const std::string& fault) {
    auto items = fake_items(count);
    items[index].task.edit<ImageTask>().prompt = fault;
    return items;
}

}  // namespace

/// Pipelines of fake workers: processes that live and die together, and act as one worker.
class TestCrewPipeline : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path out_, runtime_;
    RecordingEvents events_;
    double stall_seconds_ = 900;

    RunResult make(RunPlan plan) {
        return run_batch({.folder = out_,
                          .plan = std::move(plan),
                          .worker_program = build_path("/tests/fanlight-fake-worker"),
                          .silence_seconds = 1,
                          .stall_seconds = stall_seconds_,
                          .backoff_seconds = 0.02},
                         std::ref(events_));
    }

    std::string error_of(RunPlan plan) {
        try {
            make(std::move(plan));
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    }

    std::set<fs::path> meeting_folders() const {
        std::set<fs::path> folders;
        for (const auto& entry : fs::directory_iterator(runtime_))
            if (entry.path().filename().string().starts_with("fanlight-meeting-")) folders.insert(entry.path());
        return folders;
    }

    /// Calls it once, when the given number of images exists.
    void when_done(size_t images, const std::function<void()>& act) {
        events_.on_item_done = [this, images, act] {
            if (events_.done.size() == images) act();
        };
    }

    void every_item_is_made_once(int items) {
        QCOMPARE(files_in(out_).size(), static_cast<size_t>(items));
        QCOMPARE(std::set(events_.done.begin(), events_.done.end()).size(), static_cast<size_t>(items));
        QCOMPARE(events_.done.size(), static_cast<size_t>(items));
    }

private Q_SLOTS:
    void init() {
        const char* tag = QTest::currentDataTag();
        const fs::path own = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction() / (tag ? tag : "only");
        out_ = own / "out";
        runtime_ = own / "runtime";
        fs::create_directories(runtime_);
        ::setenv("XDG_RUNTIME_DIR", runtime_.c_str(), 1);
        events_ = {};
        stall_seconds_ = 900;
    }

    /// Holds however a run has ended.
    void cleanup() {
        QVERIFY(child_processes().empty());
        QVERIFY(meeting_folders().empty());
    }

    void theFilesDoNotDependOnThePlacement_data() {
        QTest::addColumn<int>("pipelines");
        QTest::addColumn<int>("stages");
        QTest::addColumn<int>("micro_batches");
        QTest::addColumn<bool>("gather_output");
        QTest::newRow("2 stages") << 1 << 2 << 2 << false;
        QTest::newRow("3 stages, 5 micro-batches") << 1 << 3 << 5 << false;
        QTest::newRow("written by the first stage") << 1 << 2 << 2 << true;
        QTest::newRow("2 pipelines") << 2 << 2 << 1 << false;
        QTest::newRow("a pipeline of one") << 1 << 1 << 2 << false;
    }
    void theFilesDoNotDependOnThePlacement() {
        QFETCH(int, pipelines);
        QFETCH(int, stages);
        QFETCH(int, micro_batches);
        QFETCH(bool, gather_output);
        make(fake_plan(fake_items(12), 1));
        const auto expected = files_in(out_);
        out_ += "-pipelined";
        events_ = {};
        RunPlan plan = fake_pipelines(fake_items(12), pipelines, stages, micro_batches);
        plan.placement.gather_output = gather_output;
        make(plan);
        QVERIFY(files_in(out_) == expected);
        QCOMPARE(events_.started_workers, pipelines);
        QCOMPARE(events_.count(WorkerState::Starting), pipelines);
        QCOMPARE(events_.count(WorkerState::Stopped), pipelines);
        QVERIFY(events_.warnings.empty());
    }

    void theStagesMeetInAFolderOfTheUserAlone() {
        when_done(1, [this] {
            QCOMPARE(child_processes().size(), size_t{3});
            const auto folders = meeting_folders();
            QCOMPARE(folders.size(), size_t{1});
            struct stat status {};
            QCOMPARE(::stat(folders.begin()->c_str(), &status), 0);
            QCOMPARE(status.st_mode & 0777, mode_t{0700});
            QCOMPARE(status.st_uid, ::getuid());
        });
        make(fake_pipelines(slow_items(4), 1, 3));
        every_item_is_made_once(4);
    }

    void theDeathOfAStageIsTheDeathOfAll_data() {
        QTest::addColumn<int>("stage");
        QTest::newRow("first") << 0;
        QTest::newRow("middle") << 1;
        QTest::newRow("last") << 2;
    }
    void theDeathOfAStageIsTheDeathOfAll() {
        QFETCH(int, stage);
        std::vector<pid_t> before, after;
        std::set<fs::path> met;
        when_done(3, [&] {
            before = child_processes();
            met = meeting_folders();
            ::kill(stage_process(stage), SIGKILL);
            events_.on_item_done = [&] {
                if (!meeting_folders().empty() && meeting_folders() != met) after = child_processes();
            };
        });
        make(fake_pipelines(slow_items(10), 1, 3));
        every_item_is_made_once(10);
        QCOMPARE(before.size(), size_t{3});
        QCOMPARE(after.size(), size_t{3});
        for (const pid_t pid : after) QVERIFY(std::find(before.begin(), before.end(), pid) == before.end());
        QCOMPARE(events_.count(WorkerState::Restarting), 1);
        QCOMPARE(events_.warnings.size(), size_t{1});
        const std::string reason = "Stage " + std::to_string(stage) + " of worker 0 (cpu) was killed by signal 9";
        QVERIFY2(events_.warned_of(reason), events_.warnings[0].c_str());
    }

    void theDeathOfAPipelineLeavesItsNeighbourAlone() {
        when_done(2, [] { ::kill(stage_process(0), SIGKILL); });
        make(fake_pipelines(slow_items(16), 2, 2));
        every_item_is_made_once(16);
        for (const auto& change : events_.changes)
            QVERIFY(change.worker == 0 || change.state != WorkerState::Restarting);
    }

    void aStageThatMisbehavesOnceIsReplacedWithTheOthers_data() {
        QTest::addColumn<QString>("reason");
        QTest::newRow("stage 0: exit once")
            << "Stage 0 of worker 0 (cpu) ended with exit status 7; its log ends: the last";
        QTest::newRow("stage 0: stop once") << "Stage 0 of worker 0 (cpu) has not answered for 1 s";
        QTest::newRow("stage 1: hang once") << "Stage 1 of worker 0 (cpu) has not answered for 1 s";
        QTest::newRow("stage 0: garbage once") << "Stage 0 of worker 0 (cpu) broke the protocol";
        QTest::newRow("wrong hash once") << "Stage 2 of worker 0 (cpu) broke the protocol: it sent no SHA-256";
    }
    void aStageThatMisbehavesOnceIsReplacedWithTheOthers() {
        QFETCH(QString, reason);
        make(fake_pipelines(items_with_fault(8, 4, QTest::currentDataTag()), 1, 3));
        every_item_is_made_once(8);
        QCOMPARE(events_.count(WorkerState::Restarting), 1);
        QVERIFY2(events_.warned_of(reason.toStdString()), events_.warnings.at(0).c_str());
    }

    void aPipelineThatLivesButDoesNotAdvanceIsGivenUp_data() {
        QTest::addColumn<int>("item");
        QTest::addColumn<double>("stall_seconds");
        QTest::newRow("before its first step") << 0 << 2.0;
        QTest::newRow("after steps of a known length") << 4 << 30.0;
    }
    void aPipelineThatLivesButDoesNotAdvanceIsGivenUp() {
        QFETCH(int, item);
        QFETCH(double, stall_seconds);
        stall_seconds_ = stall_seconds;
        make(fake_pipelines(items_with_fault(8, item, "stage 0: stall once"), 1, 2));
        every_item_is_made_once(8);
        QCOMPARE(events_.count(WorkerState::Restarting), 1);
        QVERIFY2(events_.warned_of("hung: it lived, and made no step in "), events_.warnings.at(0).c_str());
    }

    /// A step that takes far longer than those before it, as of a larger picture.
    void aWorkerThatComputesDoesNotHang() {
        stall_seconds_ = 30;  // two seconds once steps are known
        make(fake_plan(items_with_fault(8, 4, "long computation"), 1));
        every_item_is_made_once(8);
        QCOMPARE(events_.count(WorkerState::Restarting), 0);
    }

    void aStageThatCannotLoadEndsTheRun_data() {
        QTest::addColumn<int>("stage");
        QTest::addColumn<QString>("reason");
        QTest::newRow("broken") << 1
                                << "Stage 1 of worker 0 (broken) cannot load the model: there is no model in /model";
        QTest::newRow("mortal") << 0 << "Stage 0 of worker 0 (mortal) ended with exit status 1; it had died 3 times";
    }
    void aStageThatCannotLoadEndsTheRun() {
        QFETCH(int, stage);
        QFETCH(QString, reason);
        RunPlan plan = fake_pipelines(fake_items(4), 1, 3);
        plan.placement.workers[0].stages[stage].device = QTest::currentDataTag();
        const std::string message = error_of(plan);
        QVERIFY2(message.find(reason.toStdString()) != std::string::npos, message.c_str());
        QVERIFY(message.find("no worker is left") != std::string::npos);
        QCOMPARE(events_.count(WorkerState::Fenced), 1);
    }

    void aPipelineThatCannotLoadLeavesTheWorkToTheOther() {
        RunPlan plan = fake_pipelines(fake_items(8), 2, 2);
        plan.placement.workers[0].stages[0].device = "broken";
        make(plan);
        every_item_is_made_once(8);
        QVERIFY(events_.warned_of("Stage 0 of worker 0 (broken) cannot load the model"));
    }

    void anItemThatKillsItsPipelineTwiceIsSetAside() {
        make(fake_pipelines(items_with_fault(8, 4, "stage 0: die"), 1, 2));
        QCOMPARE(events_.done.size(), size_t{7});
        QCOMPARE(events_.failed.size(), size_t{1});
        QCOMPARE(events_.failed[0].item, int64_t{4});
        QCOMPARE(events_.count(WorkerState::Fenced), 0);
    }

    void aStoppedRunLeavesNothingBehind_data() {
        QTest::addColumn<int>("requests");
        QTest::addColumn<QString>("first");
        QTest::newRow("asked once") << 1 << "slow";
        QTest::newRow("asked twice, a stage hangs") << 2 << "stage 0: hang";
    }
    void aStoppedRunLeavesNothingBehind() {
        QFETCH(int, requests);
        QFETCH(QString, first);
        auto items = slow_items(10);
        items[2].task.edit<ImageTask>().prompt = first.toStdString();
        when_done(2, [requests] {
            for (int i = 0; i < requests; ++i) request_stop();
        });
        QVERIFY(make(fake_pipelines(items, 1, 2)).interrupted);
        QVERIFY(events_.done.size() >= 2 && events_.done.size() < 10);
        QVERIFY(events_.warnings.empty());
    }
};

FANLIGHT_TEST(TestCrewPipeline, QCoreApplication)
#include "tst_crew_pipeline.moc"
