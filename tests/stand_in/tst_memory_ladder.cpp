// What a worker does on stand-ins for GPUs that have too little memory: it changes no pixel.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>
#include <algorithm>

#include "core/devices/program_memory.h"
#include "core/output/manifest.h"
#include "core/worker/memory_ladder.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/stand_in/programs.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::stand_in;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/");

/// Its text changes from step to step.
Task image(const std::string& prompt, int width) {
    return ImageTask{.prompt = prompt,
                     .negative_prompt = "blurred",
                     .seed = 3,
                     .steps = 3,
                     .cfg_scale = 6,
                     .width = width,
                     .height = 32,
                     .sampler = "euler",
                     .schedule = "default",
                     .emphasis = Emphasis::Original};
}

protocol::Load load_of(const std::string& folder) { return {.folder = folder}; }

Weights::Placement on_card() { return {.device = device_named("cuda:0")}; }

}  // namespace

class TstMemoryLadder : public QObject {
    Q_OBJECT

    Runs runs_;

    /// Bytes of the card that are allocated at most while a picture is made, from the loading of the model.
    static int64_t peak_of(const std::string& model, const Opening& opening, const std::vector<Task>& batch,
                           at::Tensor& pictures) {
        const c10::InferenceMode inference;
        stand_in::empty_cache();
        stand_in::reset_statistics();
        const int64_t before = stand_in::statistics(0).peak;
        pictures = pictures_of(*load_pipeline(model, opening.placement, {}, opening.part), batch).images();
        return stand_in::statistics(0).peak - before;
    }

    /// Of the program's small model, without rungs, with one, two and three.
    const std::vector<int64_t>& peaks_here() {
        MemoryLadder ladder;
        const std::string folder = small_model.toStdString();
        at::Tensor made;
        while (peaks_.size() < 4) {
            peaks_.push_back(peak_of(folder, ladder.opening(load_of(folder), on_card()), {image("a dog", 48)}, made));
            ladder.climb(load_of(folder), on_card());
        }
        return peaks_;
    }

    /// How much of a card to reserve so that tensors may take so many bytes of it.
    static QString all_but(int64_t bytes) {
        return QString::number(8'000'000'000 - ProgramMemory::cuda_context - bytes);
    }

    std::vector<int64_t> peaks_;
    QStringList whole_;

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
        set_accelerator(std::make_unique<StandIn>(std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}}));
    }

    void eachRungSavesMemoryAndChangesNoPixel_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"sd1", "sd2", "sdxl"}) QTest::newRow(model) << model;
    }
    void eachRungSavesMemoryAndChangesNoPixel() {
        QFETCH(QString, model);
        const std::string folder = data + model.toStdString();
        MemoryLadder ladder;
        at::Tensor expected, made;
        std::vector<int64_t> peaks;
        for (bool is_left = true; is_left; is_left = ladder.climb(load_of(folder), on_card()).has_value()) {
            const Opening opening = ladder.opening(load_of(folder), on_card());
            peaks.push_back(peak_of(folder, opening, {image("a [dog:cat:2]", 32)}, made));
            if (!expected.defined()) expected = made;
            QVERIFY(at::equal(made, expected));
        }
        QCOMPARE(peaks.size(), size_t{4});
        // A network that has left is loaded again while pictures are made, and the largest of its weights twice: where
        // encoders are as small as these, that is more than what they leave.
        QVERIFY2(peaks[1] < peaks[0] && peaks[2] < peaks[1] + peaks[1] / 10 && peaks[3] < std::min(peaks[1], peaks[2]),
                 qPrintable(QString("%1 %2 %3 %4").arg(peaks[0]).arg(peaks[1]).arg(peaks[2]).arg(peaks[3])));
    }

    /// What it knows of a model it keeps, whatever else has been loaded meanwhile.
    void aModelStaysOnItsRungs() {
        MemoryLadder ladder;
        const Weights::Placement card = on_card();
        QVERIFY(ladder.climb(load_of(data + "sd1"), card));
        QVERIFY(ladder.opening(load_of(data + "sd1"), card).part.brief_encoders);
        QVERIFY(!ladder.opening(load_of(data + "sd2"), card).part.brief_encoders);
        QVERIFY(ladder.climb(load_of(data + "sd1"), card));
        QVERIFY(ladder.opening(load_of(data + "sd1"), card).part.takes_turns);
        QVERIFY(ladder.climb(load_of(data + "sd1"), card));
        QCOMPARE(ladder.opening(load_of(data + "sd1"), card).placement.device_map, (DeviceMap{{"", "cpu"}}));
        QVERIFY(!ladder.climb(load_of(data + "sd1"), card));
    }

    void aRungThatSavesNothingIsLeftOut() {
        MemoryLadder ladder;
        QVERIFY(!ladder.climb(load_of(data + "sd1"), {}));  // on the CPU
        const std::string gpt2 = source_path("/tests/golden/data/language_models/gpt2");
        const auto first = ladder.climb(load_of(gpt2), on_card());
        QVERIFY2(first && first->text().find("layers") != std::string::npos, first ? first->text().c_str() : "");
        QVERIFY(!ladder.climb(load_of(gpt2), on_card()));
        Weights::Placement offloaded = on_card();
        offloaded.device_map = {{"down_blocks", "cpu"}, {"", "disk"}};
        QVERIFY(ladder.climb(load_of(data + "sd2"), offloaded) && !ladder.climb(load_of(data + "sd2"), offloaded));
    }

    /// The encoders are loaded once for all texts of a micro-batch, and not at all for known ones.
    void briefEncodersAreLoadedOnceForAllSteps() {
        const c10::InferenceMode inference;
        const std::string folder = data + "sd1";
        const auto pipeline = load_pipeline(folder, on_card(), {}, {.brief_encoders = true});
        const auto operations = [&](const char* prompt) {
            stand_in::reset_statistics();
            pictures_of(*pipeline, {image(prompt, 32)});
            return stand_in::statistics(0).operations;
        };
        const int64_t fresh = operations("a [dog:cat:2]"), known = operations("a [dog:cat:2]"),
                      other = operations("a [heron:otter:1]");
        QVERIFY2(known < fresh && known < other, qPrintable(QString("%1 %2 %3").arg(fresh).arg(known).arg(other)));
        const int64_t one = operations("a bird");
        QVERIFY2(other - one < one - known, qPrintable(QString("%1 %2 %3").arg(other).arg(one).arg(known)));
    }

    /// The complete programs, on a card whose tensors may take a little less than the rungs before need.
    void aWorkerTakesAsManyRungsAsItMust_data() {
        QTest::addColumn<size_t>("rungs");
        QTest::newRow("none") << size_t{0};
        QTest::newRow("text encoders") << size_t{1};
        QTest::newRow("layers") << size_t{3};
    }
    void aWorkerTakesAsManyRungsAsItMust() {
        QFETCH(size_t, rungs);
        set_machine({card("A", "GPU-11")});
        if (whole_.isEmpty()) {
            const QString folder = runs_.new_folder();
            QCOMPARE(Runs::generate(folder, {"--devices", "cuda:0"}).status, 0);
            whole_ = images_in(folder);
        }
        const std::vector<int64_t>& peaks = peaks_here();
        const int64_t limits[] = {2 * peaks[0], peaks[0] - (64 << 10), peaks[1], (peaks[2] + peaks[3]) / 2},
                      limit = limits[rungs];
        const QString folder = runs_.new_folder();
        const ProgramResult made = Runs::generate(folder, {"--devices", "cuda:0", "--reserve-memory", all_but(limit)});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(images_in(folder), whole_);
        QCOMPARE(made.err.count("Worker 0 (cuda:0): too little memory: the text encoders leave"), rungs > 0 ? 1 : 0);
        QCOMPARE(made.err.count("Worker 0 (cuda:0): too little memory: the network's layers stay"), rungs > 2 ? 1 : 0);
        const QByteArray log = content_of(folder + "/.fanlight/logs/run.jsonl");
        QCOMPARE(log.contains("the text encoders leave"), rungs > 0);
    }

    void whatDoesNotFitEvenSoIsLeftToALargerCard() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22")});
        const QString folder = runs_.new_folder();
        const ProgramResult made = Runs::generate(
            folder, {"--devices", "all", "--reserve-memory", "cuda:0=" + all_but(peaks_here()[3] / 2)}, 4);
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        for (const ManifestRow& row : read_manifest_jsonl((folder + "/manifest.jsonl").toStdString()))
            QCOMPARE(row.made.device_uuid, std::string("GPU-22"));
    }
};

FANLIGHT_TEST(TstMemoryLadder, QCoreApplication)
#include "tst_memory_ladder.moc"
