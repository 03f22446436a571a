// What a worker does on stand-ins for GPUs that have too little memory: it changes no pixel.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

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
        for (bool is_left = true; is_left; is_left = ladder.climb(folder, on_card()).has_value()) {
            const Opening opening = ladder.opening(folder, on_card());
            peaks.push_back(peak_of(folder, opening, {image("a [dog:cat:2]", 32)}, made));
            if (!expected.defined()) expected = made;
            QVERIFY(at::equal(made, expected));
        }
        QCOMPARE(peaks.size(), size_t{3});
        for (const int64_t peak : peaks) qInfo("%ld", peak);
        QVERIFY(peaks[1] < peaks[0] && peaks[2] < peaks[1]);
    }
};

FANLIGHT_TEST(TstMemoryLadder, QCoreApplication)
#include "tst_memory_ladder.moc"
