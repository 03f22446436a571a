// Guided evaluations whose halves two copies of a network make: the same bytes as one.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/checkpoints/component_hash.h"
#include "core/weights/shared_parts.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "tests/support/z_image_files.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/");

const Part paired = {.cfg_device = at::Device(at::kCPU)};

/// `guided`: the share of the steps.
Task image(const std::string& model, const std::string& prompt, uint64_t seed, double guided) {
    ImageTask task{.prompt = prompt,
                   .seed = seed,
                   .steps = 4,
                   .cfg_scale = guided > 0 ? 5.0 : 0.0,
                   .width = 32,
                   .height = 48,
                   .sampler = std::string("euler"),
                   .schedule = std::string("default")};
    task.cfg_end = guided > 0 ? guided : 1;
    if (model == "z_image") task.cfg_floor = 0;
    if (model == "z_image" || model == "flux_1") task.negative_prompt = "blurred, grey and seen from far away";
    if (model == "flux_1") {
        task.cfg_floor = most_cfg_scale;
        task.true_cfg_scale = guided > 0 ? 3 : 1;
    }
    return task;
}

/// Of different lengths.
std::vector<Task> batch_of(const std::string& model, size_t size, double guided) {
    const char* prompts[] = {"a dog", "a cat on a chair in the light of the evening", "an owl",
                             "two ships, seen from the street, in the rain, and behind them a castle"};
    std::vector<Task> batch;
    for (size_t i = 0; i < size; ++i) batch.push_back(image(model, prompts[i % 4], 40 + i, guided));
    return batch;
}

at::Tensor made(const std::string& model, const std::vector<Task>& batch, const Part& part,
                const Weights::Placement& placement = {}, const Recipe& recipe = {}) {
    return pictures_of(*load_pipeline(data + model, placement, recipe, part), batch).images();
}

}  // namespace

class TstNetworkTwin : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }
    void init() { at::set_num_threads(1); }

    void twoCopiesMakeTheSameBytes_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("pictures");
        QTest::addColumn<double>("guided");
        for (const char* model : {"z_image", "flux_1", "flux_2"})
            for (const int pictures : {1, 4})
                for (const double guided : {0.0, 0.5, 1.0})
                    QTest::addRow("%s, %d, %g", model, pictures, guided) << model << pictures << guided;
    }
    void twoCopiesMakeTheSameBytes() {
        QFETCH(QString, model);
        QFETCH(int, pictures);
        QFETCH(double, guided);
        const c10::InferenceMode inference;
        const std::string name = model.toStdString();
        const auto batch = batch_of(name, static_cast<size_t>(pictures), guided);
        QVERIFY(at::equal(made(name, batch, paired), made(name, batch, {})));
    }

    void threadsAreSharedAndChangeNothing() {
        const c10::InferenceMode inference;
        const auto batch = batch_of("z_image", 2, 1);
        const at::Tensor expected = made("z_image", batch, {});
        for (const int threads : {2, 3, 5}) {
            at::set_num_threads(threads);
            QVERIFY(at::equal(made("z_image", batch, paired), expected));
            QCOMPARE(at::get_num_threads(), threads);
        }
    }

    /// One micro-batch after the other, and a schedule that changes the text between two steps.
    void halvesForgetWhatAnotherTextWas() {
        const c10::InferenceMode inference;
        const auto alone = load_pipeline(data + "z_image", {}), twice = load_pipeline(data + "z_image", {}, {}, paired);
        for (const char* prompt : {"a dog", "a [dog:heron on a chair:2]", "a cat"}) {
            ImageTask task = image("z_image", prompt, 3, 0.75).as<ImageTask>();
            task.emphasis = Emphasis::Original;
            QVERIFY(at::equal(pictures_of(*twice, {task}).images(), pictures_of(*alone, {task}).images()));
        }
    }

    void packedWeightsAreUnpackedByBoth() {
        const c10::InferenceMode inference;
        const std::string file = folder_.filePath("network.gguf").toStdString();
        replace_file(file, z_image_gguf(&gguf_blocks().front()));
        const Recipe recipe{.components = {{network_kind, "network", file, component_hash(file)}}};
        const auto batch = batch_of("z_image", 2, 1);
        const at::Tensor expected = made("z_image", batch, {}, {}, recipe);
        QVERIFY(at::equal(made("z_image", batch, paired, {.packed = true}, recipe), expected));
    }

    void bothHaveTheWeightsInCommon() {
        const c10::InferenceMode inference;
        const auto batch = batch_of("flux_2", 1, 1);
        const auto parts = std::make_shared<SharedParts>();
        const auto pipeline = load_pipeline(data + "flux_2", {}, {}, paired, parts);
        QVERIFY(at::equal(pictures_of(*pipeline, batch).images(), made("flux_2", batch, {})));
    }

    void whoCannotHaveHalvesMadeElsewhereIsRefused() {
        QVERIFY_THROWS_EXCEPTION(Error, load_pipeline(data + "sd1", {}, {}, paired));  // one call for both halves
        Part stage = paired;
        stage.last = false;
        QVERIFY_THROWS_EXCEPTION(Error, load_pipeline(data + "z_image", {}, {}, stage));
    }
};

FANLIGHT_TEST(TstNetworkTwin)
#include "tst_network_twin.moc"
