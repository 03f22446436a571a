#include <QTemporaryDir>
#include <QTest>
#include <map>
#include <set>

#include "core/output/manifest.h"
#include "core/run/run_batch.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/recording_events.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// What a run does about items for which its devices have too little memory. A device that is not on this machine,
/// "tiny", counts as one without any.
class TestMemoryShortage : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path out_;
    RecordingEvents events_;

    RunResult run(std::optional<RunPlan> plan) {
        return run_batch({.folder = out_,
                          .plan = std::move(plan),
                          .worker_program = build_path("/tests/fanlight-fake-worker"),
                          .silence_seconds = 1,
                          .backoff_seconds = 0.02},
                         std::ref(events_));
    }
    RunResult make(const RunPlan& plan) {
        events_ = {};
        return run(plan);
    }

    static RunPlan plan_of(const std::vector<std::string>& prompts, int batch_size, OnOom on_oom = OnOom::Any) {
        std::vector<Item> items = fake_items(static_cast<int>(prompts.size()));
        for (size_t i = 0; i < prompts.size(); ++i) items[i].task.edit<ImageTask>().prompt = prompts[i];
        RunPlan plan = fake_plan(items, 1, batch_size);
        plan.on_oom = on_oom;
        return plan;
    }

    /// Of each item, with which it was made.
    std::map<int64_t, int> batch_sizes() const {
        std::map<int64_t, int> sizes;
        for (const ManifestRow& row : read_manifest_jsonl(out_ / "manifest.jsonl"))
            sizes[row.item.index] = row.recipe().batch_size;
        return sizes;
    }

    std::string warnings() const {
        std::string all;
        for (const std::string& warning : events_.warnings) all += warning + "\n";
        return all;
    }

private Q_SLOTS:
    void init() {
        const char* row = QTest::currentDataTag();
        out_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction() / (row ? row : "out");
    }

    void itGoesToADeviceWithMore_data() {
        QTest::addColumn<Split>("split");
        QTest::addColumn<int>("batch_size");
        for (const int size : {1, 2}) {
            QTest::addRow("pull, %d", size) << Split::Pull << size;
            QTest::addRow("even, %d", size) << Split::Even << size;
        }
    }
    void itGoesToADeviceWithMore() {
        QFETCH(Split, split);
        QFETCH(int, batch_size);
        RunPlan plan = plan_of(std::vector<std::string>(9, "too large for tiny"), batch_size, OnOom::Same);
        plan.devices = {"tiny", "cpu"};
        plan.split = split;
        const RunResult result = make(plan);
        QCOMPARE(result.counts.done, int64_t{9});
        for (const ManifestRow& row : read_manifest_jsonl(out_ / "manifest.jsonl"))
            QCOMPARE(row.made.device_name, std::string("Fake cpu"));
        QCOMPARE(events_.warnings.size(), size_t{1});
        QVERIFY2(events_.warned_of("Worker 0 (tiny) has too little memory for ") &&
                     events_.warned_of(".png and others like it, which Worker 1 (cpu) makes instead"),
                 warnings().c_str());
    }

    /// The one that is started only if it is needed.
    void aSpareDeviceWithMoreIsStarted() {
        RunPlan plan = plan_of({"too large for tiny"}, 1, OnOom::Same);
        plan.devices = {"tiny", "cpu"};
        QCOMPARE(make(plan).counts.done, int64_t{1});
    }

    /// Others are made by all.
    void aSmallDeviceMakesWhatItCan() {
        std::vector<std::string> prompts(12, "slow");
        prompts[3] = "too large for tiny";
        RunPlan plan = plan_of(prompts, 1, OnOom::Same);
        plan.items[3].task.edit<ImageTask>().width = 32;
        plan.devices = {"tiny", "cpu"};
        QCOMPARE(make(plan).counts.done, int64_t{12});
        std::set<std::string> makers;
        for (const ManifestRow& row : read_manifest_jsonl(out_ / "manifest.jsonl")) makers.insert(row.made.device_name);
        QCOMPARE(makers.size(), size_t{2});
    }

    void whenThatDeviceIsLostEveryoneTriesAgain() {
        RunPlan plan = plan_of({"too large for tiny", "too large for tiny"}, 1, OnOom::Same);
        plan.devices = {"tiny", "broken"};
        const RunResult result = make(plan);
        QCOMPARE(result.counts.failed, int64_t{2});
        QCOMPARE(events_.failed[0].kind, std::string("memory"));
    }

    void smallerMicroBatchesAreTriedIfTheUserAllows() {
        const RunPlan plan = plan_of({"a dog", "fits 2", "a dog", "a dog", "a dog", "fits 1", "a dog", "a dog"}, 4);
        QCOMPARE(make(plan).counts.done, int64_t{8});
        const auto sizes = batch_sizes();
        QCOMPARE(sizes.at(0), 4);
        QCOMPARE(sizes.at(1), 2);
        QCOMPARE(sizes.at(5), 1);
        QCOMPARE(sizes.at(7), 1);
        QVERIFY2(
            events_.warned_of("No device has enough memory for 1.png: from now on, the run makes 2 items at a time"),
            warnings().c_str());
        QVERIFY2(
            events_.warned_of("No device has enough memory for 5.png: from now on, the run makes 1 item at a time"),
            warnings().c_str());
        const RunPlan kept = read_plan(out_);
        QCOMPARE(kept.models(), 3);
        QVERIFY(kept.others[0].in_place_of == 0 && kept.others[1].in_place_of == 1 && kept.on_oom == OnOom::Any);
        for (const Item& item : kept.items) QCOMPARE(recipe_of(item).batch_size, sizes.at(item.index));

        const auto made = files_in(out_);
        out_ = out_.parent_path() / "from the beginning";
        RunPlan small = plan;
        small.recipe.batch_size = 1;
        set_recipes(small);
        QCOMPARE(make(small).counts.done, int64_t{8});
        const auto expected = files_in(out_);
        for (const char* name : {"5.png", "7.png"}) QVERIFY(made.at(name) == expected.at(name));
    }

    void withoutTheUsersConsentItFails() {
        const RunResult result = make(plan_of({"a dog", "fits 1", "a dog"}, 2, OnOom::Same));
        QCOMPARE(result.counts.failed, int64_t{1});
        QCOMPARE(events_.failed[0].reason, std::string("the memory fault"));
        QCOMPARE(read_plan(out_).models(), 1);
    }

    void whatWasTriedIsSaidInTheEnd() {
        const RunResult result = make(plan_of({"a dog", "memory", "a dog"}, 4));
        QCOMPARE(result.counts.failed, int64_t{1});
        QCOMPARE(result.counts.done, int64_t{2});
        QCOMPARE(events_.failed[0].reason, std::string("the memory fault; a micro-batch of 1 did not suffice"));
    }

    /// Each worker holds items that are too large when the first one is found to be.
    void oneStepIsTakenForAllWorkers() {
        RunPlan plan = plan_of(std::vector<std::string>(24, "fits 2"), 4);
        plan.devices.assign(3, "cpu");
        QCOMPARE(make(plan).counts.done, int64_t{24});
        QCOMPARE(read_plan(out_).models(), 2);
        for (const auto& [item, size] : batch_sizes()) QCOMPARE(size, 2);
    }

    void severalModelsChangeTogether() {
        RunPlan plan = plan_of({"a dog", "fits 1", "a dog", "a dog"}, 2);
        add_fake_model(plan, "/other", {2, 3});
        QCOMPARE(make(plan).counts.done, int64_t{4});
        const RunPlan kept = read_plan(out_);
        QCOMPARE(kept.models(), 4);
        QVERIFY(kept.others[1].in_place_of == 0 && kept.others[2].in_place_of == 1);
        QVERIFY(recipe_of(kept.items[3]).model == "other" && recipe_of(kept.items[3]).batch_size == 1);
    }

    void aStoppedRunGoesOnWithWhatWasDecided() {
        events_ = {};
        events_.on_item_done = [this] {
            if (events_.done.size() == 3) request_stop();
        };
        const RunResult stopped = run(plan_of(std::vector<std::string>(9, "fits 1"), 2));
        QVERIFY(stopped.interrupted && stopped.counts.done < 9);
        events_ = {};
        QCOMPARE(run({}).counts.done, int64_t{9});
        QVERIFY2(events_.warnings.empty(), warnings().c_str());
        for (const auto& [item, size] : batch_sizes()) QCOMPARE(size, 1);
    }

    void pipelinesTakeTheSameSteps() {
        RunPlan plan = fake_pipelines(plan_of({"a dog", "fits 1", "a dog", "a dog"}, 2).items, 1, 2);
        plan.recipe.batch_size = 2;
        plan.on_oom = OnOom::Any;
        set_recipes(plan);
        QCOMPARE(make(plan).counts.done, int64_t{4});
        QCOMPARE(batch_sizes().at(1), 1);
    }

    void whatAWorkerSaysIsInTheLog() {
        make(plan_of({"note"}, 1));
        QVERIFY2(events_.warned_of("Worker 0 (cpu): it has a word to say"), warnings().c_str());
    }
};

FANLIGHT_TEST(TestMemoryShortage, QCoreApplication)
#include "tst_memory_shortage.moc"
