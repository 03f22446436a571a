// A model cut into stages makes the same bytes as the whole one, wherever it is cut.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/pipelines/unet_denoiser.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/");

ImageTask image(const std::string& prompt, uint64_t seed, double cfg_scale, const std::string& sampler) {
    ImageTask parameters;
    parameters.prompt = prompt;
    parameters.negative_prompt = "blurred";
    parameters.seed = seed;
    parameters.steps = 3;
    parameters.cfg_scale = cfg_scale;
    parameters.width = 48;
    parameters.height = 32;
    parameters.sampler = sampler;
    parameters.schedule = "default";
    return parameters;
}

int64_t layers_of(const std::string& model) {
    const ModelFolder folder(data + model);
    return static_cast<int64_t>(load_unet(folder, {}).layers().size());
}

std::vector<StageHere> cut(const std::string& model, const std::vector<int64_t>& cuts) {
    return stages_here(data + model, layers_of(model), cuts);
}

}  // namespace

class TstPipelineStage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
    }

    void everyCutMakesTheBytesOfTheWhole_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<std::vector<int64_t>>("cuts");
        for (const char* model : {"sd1", "sd2", "sdxl"}) {
            const int64_t layers = layers_of(model);
            QVERIFY(layers > 6);
            QTest::addRow("%s whole", model) << model << std::vector<int64_t>{};
            for (int64_t at = 1; at < layers; ++at)
                QTest::addRow("%s at %d", model, int(at)) << model << std::vector<int64_t>{at};
            for (int64_t at = 1; at + 3 < layers; at += 3)
                QTest::addRow("%s at %d and %d", model, int(at), int(layers - 2))
                    << model << std::vector<int64_t>{at, layers - 2};
        }
    }

    void everyCutMakesTheBytesOfTheWhole() {
        QFETCH(QString, model);
        QFETCH(std::vector<int64_t>, cuts);
        const c10::InferenceMode inference;
        ImageTask without_negative = image("قطة", 2, 3, "ddim");
        without_negative.negative_prompt.reset();
        const std::vector<Task> micro_batch = {image("a dog", 1, 7.5, "ddim"), without_negative};
        const at::Tensor expected = pictures_of(data + model.toStdString(), micro_batch).images();
        QVERIFY(at::equal(send_round(cut(model.toStdString(), cuts), {micro_batch}).front(), expected));
    }

    void microBatchesUnderWayTogetherDoNotMix() {
        const c10::InferenceMode inference;
        const auto whole = load_pipeline(data + "sd1", {});
        std::vector<std::vector<Task>> micro_batches;
        for (const char* sampler : {"ddim", "euler_ancestral", "pndm", "heun", "unipc"})
            micro_batches.push_back({image(sampler, micro_batches.size(), micro_batches.size() % 2 ? 1 : 6, sampler)});
        const auto pictures = send_round(cut("sd1", {5, 12}), micro_batches);
        for (size_t i = 0; i < micro_batches.size(); ++i)
            QVERIFY(at::equal(pictures[i], pictures_of(*whole, micro_batches[i]).images()));
    }

    void aStageHoldsNothingOfTheOthers() {
        const ModelFolder folder(data + "sd1");
        size_t tensors = 0;
        const auto stages = cut("sd1", {4, 9});
        QCOMPARE(stages.size(), size_t{3});
        for (const LayerRange& range : {LayerRange{0, 4}, {4, 9}, {9, layers_of("sd1")}})
            tensors += load_unet(folder, {}, range).layers().size();
        QCOMPARE(static_cast<int64_t>(tensors), layers_of("sd1"));
    }

    void whatCannotBeMadeIsRefusedBeforeTheFirstStep() {
        const auto stages = cut("sd1", {4});
        ImageTask odd = image("a dog", 1, 7.5, "ddim");
        odd.width = 49;
        QVERIFY_THROWS_EXCEPTION(Error, stages.back().pipeline->open({odd}));
        odd = image("a dog", 1, 7.5, "no such sampler");
        QVERIFY_THROWS_EXCEPTION(Error, stages.front().pipeline->open({odd}));
    }
};

FANLIGHT_TEST(TstPipelineStage)
#include "tst_pipeline_stage.moc"
