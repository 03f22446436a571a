#include "core/run/run_batch.h"

#include <sys/resource.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <fstream>

#include "core/base/error.h"
#include "core/base/stopwatch.h"
#include "core/output/manifest.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/recording_events.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

/// `count` items, some of them with a fault.
std::vector<Item> items_with(int count, const std::map<int64_t, std::string>& faults) {
    auto items = fake_items(count);
    for (const auto& [index, prompt] : faults) items[index].task.edit<ImageTask>().prompt = prompt;
    return items;
}

std::vector<pid_t> child_processes() {
    std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    std::vector<pid_t> pids;
    for (pid_t pid; children >> pid;) pids.push_back(pid);
    return pids;
}

}  // namespace

class TestRunBatch : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path out_;
    RecordingEvents events_;

    RunOptions options(std::optional<RunPlan> plan) const {
        return {.folder = out_,
                .plan = std::move(plan),
                .worker_program = build_path("/tests/fanlight-fake-worker"),
                .silence_seconds = 1,
                .backoff_seconds = 0.02};
    }

    RunResult make(const RunPlan& plan) {
        events_ = {};
        return run_batch(options(plan), std::ref(events_));
    }

    RunResult resume() {
        events_ = {};
        return run_batch(options({}), std::ref(events_));
    }

    std::string error_of(const RunPlan& plan) {
        try {
            make(plan);
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    }

    void next_folder(const std::string& name) {
        out_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction() / name;
    }

private Q_SLOTS:
    void init() { next_folder(QTest::currentDataTag() ? QTest::currentDataTag() : "out"); }
    void cleanup() { QVERIFY(child_processes().empty()); }

    void theFilesDoNotDependOnTheNumberOfWorkers_data() {
        QTest::addColumn<int>("batch_size");
        QTest::newRow("single") << 1;
        QTest::newRow("batches of 4") << 4;
    }
    void theFilesDoNotDependOnTheNumberOfWorkers() {
        QFETCH(int, batch_size);
        auto plan = fake_plan(fake_items(30), 1, batch_size);
        make(plan);
        const auto expected = files_in(out_);
        QCOMPARE(expected.size(), size_t{30});
        for (const auto& [workers, split] :
             {std::pair(2, Split::Pull), {3, Split::Pull}, {2, Split::Even}, {3, Split::Even}}) {
            next_folder(std::to_string(batch_size) + "-" + std::to_string(workers) +
                        (split == Split::Even ? "-even" : ""));
            plan.devices.assign(workers, "cpu");
            plan.split = split;
            const RunResult result = make(plan);
            QCOMPARE(result.counts.done, int64_t{30});
            QVERIFY(files_in(out_) == expected);
            QCOMPARE(events_.count(WorkerState::Ready) >= workers, true);
            QVERIFY(events_.warnings.empty());
        }
    }

    void eventsAndManifestTellOfEveryImage() {
        const RunResult result = make(fake_plan(fake_items(7), 2));
        QVERIFY(!result.interrupted && result.counts.total == 7 && result.counts.failed == 0);
        QCOMPARE(events_.done.size(), size_t{7});
        QCOMPARE(events_.counts.done, int64_t{7});
        QCOMPARE(events_.progress, 7 * 3);
        QCOMPARE(events_.finished, 1);
        QCOMPARE(events_.count(WorkerState::Stopped), 2);
        const auto rows = read_manifest_jsonl(out_ / "manifest.jsonl");
        QCOMPARE(rows.size(), size_t{7});
        for (size_t i = 0; i < rows.size(); ++i) {
            QVERIFY(rows[i].item == read_plan(out_).items[i]);
            QCOMPARE(rows[i].made.device_name, std::string("Fake cpu"));
        }
        QVERIFY(fs::exists(out_ / "manifest.csv"));
    }

    void noMoreWorkersAreStartedThanThereAreMicroBatches() {
        make(fake_plan(fake_items(5), 8, 4));
        QCOMPARE(events_.started_workers, 2);
        QCOMPARE(events_.count(WorkerState::Starting), 2);
    }

    void aWorkerThatIsKilledCostsNothing() {
        std::map<int64_t, std::string> slow;
        for (int i = 0; i < 20; ++i) slow[i] = "slow";
        events_ = {};
        events_.on_item_done = [this] {
            if (events_.done.size() == 4 || events_.done.size() == 8) ::kill(child_processes().at(0), SIGKILL);
        };
        const RunResult result = run_batch(options(fake_plan(items_with(20, slow), 2)), std::ref(events_));
        QCOMPARE(result.counts.done, int64_t{20});
        QCOMPARE(files_in(out_).size(), size_t{20});
        QCOMPARE(events_.count(WorkerState::Restarting), 2);
        QVERIFY(events_.warned_of("was killed by signal 9"));
    }

    void anItemThatKillsTwoWorkersIsSetAside_data() {
        QTest::addColumn<int>("workers");
        QTest::addColumn<int>("batch_size");
        QTest::newRow("one worker") << 1 << 1;
        QTest::newRow("one worker, batches of 4") << 1 << 4;
        QTest::newRow("three workers, batches of 4") << 3 << 4;
    }
    void anItemThatKillsTwoWorkersIsSetAside() {
        QFETCH(int, workers);
        QFETCH(int, batch_size);
        const RunResult result = make(fake_plan(items_with(12, {{1, "die"}, {2, "die"}}), workers, batch_size));
        QCOMPARE(result.counts.done, int64_t{10});
        QCOMPARE(result.counts.failed, int64_t{2});
        QCOMPARE(events_.failed.size(), size_t{2});
        QCOMPARE(events_.failed[0].kind, std::string("died"));
        QVERIFY(!fs::exists(out_ / "1.png") && !fs::exists(out_ / "2.png"));
        QCOMPARE(events_.count(WorkerState::Fenced), 0);
    }

    void aWorkerThatOnlyDiesIsFenced() {
        std::map<int64_t, std::string> all;
        for (int i = 0; i < 30; ++i) all[i] = "die";
        const std::string message = error_of(fake_plan(items_with(30, all), 1));
        QVERIFY2(message.find("it had died 10 times in a row; no worker is left") != std::string::npos,
                 message.c_str());
    }

    void aWorkerThatMisbehavesOnceIsReplaced_data() {
        QTest::addColumn<QString>("reason");
        QTest::newRow("die once") << "was killed by signal 9 (Killed)";
        QTest::newRow("exit once") << "ended with exit status 7; its log ends: the last words";
        QTest::newRow("stop once") << "has not answered for 1 s";
        QTest::newRow("hang once") << "has not answered for 1 s";
        QTest::newRow("garbage once") << "broke the protocol: A message, line 1, column 1: is not valid JSON";
        QTest::newRow("flood once") << "broke the protocol: A message is longer than 1 MiB";
        QTest::newRow("wrong file once") << "broke the protocol: it wrote other.png instead of 5.png";
        QTest::newRow("wrong item once") << "broke the protocol: it mentioned item 1005, which it does not have";
        QTest::newRow("wrong size once") << "broke the protocol: it said that 5.png is complete";
        QTest::newRow("wrong kind once") << "broke the protocol: it failed with the unknown kind \"whim\"";
        QTest::newRow("wrong hash once") << "broke the protocol: it sent no SHA-256 of 5.png";
    }
    void aWorkerThatMisbehavesOnceIsReplaced() {
        QFETCH(QString, reason);
        const RunResult result = make(fake_plan(items_with(10, {{5, QTest::currentDataTag()}}), 2, 2));
        QCOMPARE(result.counts.done, int64_t{10});
        QCOMPARE(files_in(out_).size(), size_t{10});
        QVERIFY2(events_.warned_of(reason.toStdString()),
                 events_.warnings.empty() ? "no warning" : events_.warnings[0].c_str());
        QCOMPARE(events_.count(WorkerState::Restarting), 1);
    }

    void anItemThatCannotBeMadeFailsAlone_data() {
        QTest::addColumn<int>("failed");
        QTest::newRow("nan") << 1;
        QTest::newRow("request") << 1;
        QTest::newRow("memory") << 1;
        QTest::newRow("memory in company") << 0;
    }
    void anItemThatCannotBeMadeFailsAlone() {
        QFETCH(int, failed);
        const RunResult result = make(fake_plan(items_with(9, {{4, QTest::currentDataTag()}}), 2, 3));
        QCOMPARE(result.counts.failed, int64_t{failed});
        QCOMPARE(result.counts.done, int64_t{9 - failed});
        QVERIFY(events_.warnings.empty());
        if (failed) {
            QCOMPARE(events_.failed[0].kind, std::string(QTest::currentDataTag()));
            QCOMPARE(events_.failed[0].reason, "the " + std::string(QTest::currentDataTag()) + " fault");
        }
        QCOMPARE(read_manifest_jsonl(out_ / "manifest.jsonl").size(), size_t(9 - failed));
    }

    void failedItemsAreTriedAgainOnResume() {
        QCOMPARE(make(fake_plan(items_with(3, {{1, "nan once"}}), 1)).counts.failed, int64_t{1});
        const RunResult result = resume();
        QCOMPARE(result.counts.done, int64_t{3});
        QCOMPARE(events_.done, std::vector<int64_t>{1});
    }

    void aFullDiskStopsTheRunAndResumeFinishesIt() {
        const std::string message = error_of(fake_plan(items_with(12, {{6, "disk once"}}), 2));
        QVERIFY2(message.find("the disk fault; finished items are safe; continue with --resume " + out_.string()) !=
                     std::string::npos,
                 message.c_str());
        QCOMPARE(resume().counts.done, int64_t{12});
        QCOMPARE(files_in(out_).size(), size_t{12});
    }

    void aFileThatCannotGrowStopsTheRun_data() {
        QTest::addColumn<bool>("journal");
        QTest::addColumn<QString>("message");
        QTest::newRow("the journal") << true << "journal.jsonl: ";
        QTest::newRow("an image") << false << ".png";
    }
    void aFileThatCannotGrowStopsTheRun() {
        QFETCH(bool, journal);
        QFETCH(QString, message);
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit old{};
        ::getrlimit(RLIMIT_FSIZE, &old);
        events_ = {};
        events_.on_item_done = [&] {
            if (events_.done.size() != 5) return;
            const rlimit small{journal ? fs::file_size(out_ / ".fanlight" / "journal.jsonl") + 100 : 100, old.rlim_max};
            ::prlimit(journal ? 0 : child_processes().at(0), RLIMIT_FSIZE, &small, nullptr);
        };
        std::string said;
        try {
            run_batch(options(fake_plan(fake_items(12), 1)), std::ref(events_));
        } catch (const Error& error) {
            said = error.what();
        }
        ::setrlimit(RLIMIT_FSIZE, &old);
        QVERIFY2(said.find(message.toStdString()) != std::string::npos, said.c_str());
        QVERIFY2(said.find("File too large; finished items are safe") != std::string::npos, said.c_str());
        QVERIFY(resume().counts.done == 12 && events_.warnings.empty());
        QCOMPARE(files_in(out_).size(), size_t{12});
    }

    void oneBrokenDeviceDoesNotStopTheRun_data() {
        QTest::addColumn<Split>("split");
        QTest::newRow("pull") << Split::Pull;
        QTest::newRow("even") << Split::Even;
    }
    void oneBrokenDeviceDoesNotStopTheRun() {
        auto plan = fake_plan(fake_items(12), 3);
        QFETCH(Split, split);
        plan.split = split;
        plan.devices = {"broken", "cpu", "mortal"};
        QCOMPARE(make(plan).counts.done, int64_t{12});
        QVERIFY(
            events_.warned_of("Worker 0 (broken) cannot load the model: there is no model in /model; the run goes on"));
        QVERIFY(events_.warned_with("Worker %1 (%2)"));
    }

    void eachItemIsMadeWithItsModel() {
        auto plan = fake_plan(fake_items(6), 2);
        add_fake_model(plan, "/other", {1, 3, 4});
        QCOMPARE(make(plan).counts.done, int64_t{6});
        for (const ManifestRow& row : read_manifest_jsonl(out_ / "manifest.jsonl")) {
            const bool is_other = row.item.index == 1 || row.item.index == 3 || row.item.index == 4;
            QCOMPARE(row.recipe().model, std::string(is_other ? "other" : "fake"));
        }
        int loads = 0;
        for (const auto& change : events_.changes) loads += change.state == WorkerState::Loading;
        QCOMPARE(loads, 2);
    }

    void aModelThatCannotBeLoadedCostsOnlyItsItems_data() {
        QTest::addColumn<int>("workers");
        for (const char* model : {"broken", "mortal"})
            for (const int workers : {1, 2}) QTest::addRow("%s, %d", model, workers) << workers;
    }
    void aModelThatCannotBeLoadedCostsOnlyItsItems() {
        QFETCH(int, workers);
        const std::string name = QString(QTest::currentDataTag()).section(',', 0, 0).toStdString();
        auto plan = fake_plan(fake_items(6), workers);
        add_fake_model(plan, "/" + name, {0, 3});
        const RunResult result = make(plan);
        QCOMPARE(result.counts.done, int64_t{4});
        QCOMPARE(result.counts.failed, int64_t{2});
        for (const auto& failure : events_.failed) {
            QCOMPARE(failure.kind, std::string("model"));
            QVERIFY2(failure.reason.starts_with("the model " + name + " cannot be loaded: "), failure.reason.c_str());
        }
        QCOMPARE(events_.count(WorkerState::Fenced), 0);
    }

    void onlyFailuresInARowTakeAModelFromAWorker() {
        auto plan = fake_plan(items_with(4, {{2, "die once"}}), 1);
        add_fake_model(plan, "/fickle", {1, 2, 3});
        QCOMPARE(make(plan).counts.done, int64_t{4});
        QCOMPARE(events_.count(WorkerState::Restarting), 3);
    }

    void aRunOfSeveralModelsGoesOnWhereItStopped() {
        auto plan = fake_plan(items_with(6, {{1, "die"}, {4, "die"}}), 2);
        add_fake_model(plan, "/other", {1, 2, 5});
        QCOMPARE(make(plan).counts.failed, int64_t{2});
        fs::remove(out_ / "2.png");
        const RunResult result = resume();
        QCOMPARE(result.counts.done, int64_t{4});
        QVERIFY(events_.done == std::vector<int64_t>({2}));
        QCOMPARE(recipe_of(read_plan(out_).items[2]).model, std::string("other"));
    }

    void aSpareDeviceStepsInForABrokenOne() {
        auto plan = fake_plan(fake_items(1), 2);
        plan.devices = {"broken", "cpu"};
        QCOMPARE(make(plan).counts.done, int64_t{1});
        QCOMPARE(events_.started_workers, 1);
    }

    void withoutAnyWorkerTheRunEndsWithTheReason_data() {
        QTest::addColumn<QString>("reason");
        QTest::newRow("broken") << "cannot load the model: there is no model in /model; no worker is left";
        QTest::newRow("mortal") << "ended with exit status 1; it had died 3 times in a row; no worker is left";
    }
    void withoutAnyWorkerTheRunEndsWithTheReason() {
        QFETCH(QString, reason);
        auto plan = fake_plan(fake_items(6), 2);
        plan.devices = {QTest::currentDataTag(), QTest::currentDataTag()};
        const std::string message = error_of(plan);
        QVERIFY2(message.find(reason.toStdString()) != std::string::npos, message.c_str());
        QCOMPARE(events_.count(WorkerState::Fenced), 2);
    }

    void aWorkerOfAnotherVersionIsRefused() {
        ::setenv("FAKE_WORKER_PROTOCOL", "99", 1);
        const std::string message = error_of(fake_plan(fake_items(1), 1));
        ::unsetenv("FAKE_WORKER_PROTOCOL");
        QVERIFY2(message.find("it speaks version 99, not 1") != std::string::npos, message.c_str());
    }

    void aMissingWorkerProgramIsNamedBeforeAnythingIsWritten() {
        RunOptions wrong = options(fake_plan(fake_items(1), 1));
        wrong.worker_program = "/nowhere/fanlight-worker";
        QVERIFY_EXCEPTION_THROWN(run_batch(wrong, std::ref(events_)), Error);
        QVERIFY(!fs::exists(out_));
    }

    void aProgramThatIsNoWorkerIsNotTriedForEver() {
        RunOptions wrong = options(fake_plan(fake_items(1), 1));
        wrong.worker_program = "/bin/echo";  // prints "serve" and exits
        try {
            run_batch(wrong, std::ref(events_));
            QFAIL("it was taken for a worker");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("broke the protocol") != std::string::npos, error.what());
        }
    }

    void aStoppedRunKeepsWhatIsMadeAndCanBeResumed() {
        std::map<int64_t, std::string> slow;
        for (int i = 0; i < 10; ++i) slow[i] = "slow";
        events_ = {};
        events_.on_item_done = [this] {
            if (events_.done.size() == 3) request_stop();
        };
        const RunResult result = run_batch(options(fake_plan(items_with(10, slow), 2)), std::ref(events_));
        QVERIFY(result.interrupted);
        QVERIFY(result.counts.done >= 3 && result.counts.done < 10);
        QCOMPARE(read_manifest_jsonl(out_ / "manifest.jsonl").size(), size_t(result.counts.done));
        QVERIFY(!resume().interrupted);
        QCOMPARE(files_in(out_).size(), size_t{10});
        QCOMPARE(events_.done.size(), size_t(10 - result.counts.done));
    }

    void aSecondStopRequestKillsAtOnce() {
        events_ = {};
        events_.on_item_done = [] {
            request_stop();
            request_stop();
        };
        const Stopwatch stopwatch;
        const RunResult result =
            run_batch(options(fake_plan(items_with(4, {{0, "hang"}, {1, "hang"}}), 3)), std::ref(events_));
        QVERIFY(result.interrupted);
        QVERIFY(stopwatch.seconds() < 2);  // otherwise it takes 3 s to get rid of a worker that hangs
    }

    void aStopBeforeTheFirstItemIsHeard() {
        request_stop();
        const RunResult result = make(fake_plan(fake_items(3), 1));
        QVERIFY(result.interrupted);
        QCOMPARE(result.counts.done, int64_t{0});
    }

    void aFinishedRunIsResumedWithoutAnyWorker() {
        make(fake_plan(fake_items(3), 1));
        fs::remove(out_ / "manifest.csv");
        const RunResult result = resume();
        QCOMPARE(result.counts.done, int64_t{3});
        QCOMPARE(events_.started_workers, 0);
        QVERIFY(events_.changes.empty());
        QVERIFY(fs::exists(out_ / "manifest.csv"));
    }

    void aChangedImageIsMadeAgain() {
        make(fake_plan(fake_items(3), 1));
        const auto expected = files_in(out_);
        replace_file(out_ / "1.png", "not a picture");
        resume();
        QVERIFY(files_in(out_) == expected);
        QVERIFY(events_.warned_of("1.png has another size than recorded: it is made again"));
    }
};

FANLIGHT_TEST(TestRunBatch, QCoreApplication)
#include "tst_run_batch.moc"
