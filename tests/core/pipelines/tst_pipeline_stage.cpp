// A model cut into stages makes the same bytes as the whole one, wherever it is cut.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>
#include <deque>

#include "core/pipelines/pipeline_stage.h"
#include "core/pipelines/text_to_image.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/");

ImageParameters image(const std::string& prompt, uint64_t seed, double cfg_scale, const std::string& sampler) {
    ImageParameters parameters;
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

size_t layers_of(const std::string& model) {
    const ModelFolder folder(data + model);
    return load_unet(folder, {}).layers().size();
}

/// Stages [0, cuts[0]), [cuts[0], cuts[1]), … in one process.
std::vector<std::unique_ptr<PipelineStage>> cut(const std::string& model, std::vector<size_t> cuts) {
    cuts.insert(cuts.begin(), 0);
    cuts.push_back(layers_of(model));
    std::vector<std::unique_ptr<PipelineStage>> stages;
    for (size_t i = 0; i + 1 < cuts.size(); ++i)
        stages.push_back(
            std::make_unique<PipelineStage>(data + model, Weights::Placement{},
                                            PipelineStage::Part{{cuts[i], cuts[i + 1]}, i == 0, i + 2 == cuts.size()}));
    return stages;
}

/// Sends the micro-batches round together, as a ring does: each parcel is packed and unpacked on the way.
std::vector<at::Tensor> send_round(const std::vector<std::unique_ptr<PipelineStage>>& stages,
                                   const std::vector<std::vector<ImageParameters>>& micro_batches) {
    std::deque<Parcel> ring;
    for (size_t id = 0; id < micro_batches.size(); ++id) {
        for (const auto& stage : stages) stage->open(static_cast<int64_t>(id), micro_batches[id]);
        ring.push_back(stages.back()->begin(static_cast<int64_t>(id)));
    }
    while (!ring.empty()) {
        std::optional<Parcel> parcel = ring.front();
        ring.pop_front();
        for (const auto& stage : stages) parcel = stage->run(unpack(pack(*parcel, at::kCPU)));
        if (parcel) ring.push_back(*parcel);
    }
    std::vector<at::Tensor> pictures;
    for (size_t id = 0; id < micro_batches.size(); ++id)
        pictures.push_back(stages.back()->decode(static_cast<int64_t>(id)).images);
    return pictures;
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
        QTest::addColumn<std::vector<size_t>>("cuts");
        for (const char* model : {"sd1", "sd2"}) {
            const size_t layers = layers_of(model);
            QVERIFY(layers > 6);
            QTest::addRow("%s whole", model) << model << std::vector<size_t>{};
            for (size_t at = 1; at < layers; ++at)
                QTest::addRow("%s at %zu", model, at) << model << std::vector<size_t>{at};
            for (size_t at = 1; at + 3 < layers; at += 3)
                QTest::addRow("%s at %zu and %zu", model, at, layers - 2)
                    << model << std::vector<size_t>{at, layers - 2};
        }
    }

    void everyCutMakesTheBytesOfTheWhole() {
        QFETCH(QString, model);
        QFETCH(std::vector<size_t>, cuts);
        const c10::InferenceMode inference;
        const std::vector<ImageParameters> micro_batch = {image("a dog", 1, 7.5, "ddim"), image("قطة", 2, 3, "ddim")};
        TextToImage whole(data + model.toStdString(), {});
        const at::Tensor expected = whole.run(micro_batch, [](int, int) { return true; }).images;
        QVERIFY(at::equal(send_round(cut(model.toStdString(), cuts), {micro_batch}).front(), expected));
    }

    void microBatchesUnderWayTogetherDoNotMix() {
        const c10::InferenceMode inference;
        TextToImage whole(data + "sd1", {});
        std::vector<std::vector<ImageParameters>> micro_batches;
        for (const char* sampler : {"ddim", "euler_ancestral", "pndm", "heun", "unipc"})
            micro_batches.push_back({image(sampler, micro_batches.size(), micro_batches.size() % 2 ? 1 : 6, sampler)});
        const auto pictures = send_round(cut("sd1", {5, 12}), micro_batches);
        for (size_t i = 0; i < micro_batches.size(); ++i)
            QVERIFY(at::equal(pictures[i], whole.run(micro_batches[i], [](int, int) { return true; }).images));
    }

    void aStageHoldsNothingOfTheOthers() {
        const ModelFolder folder(data + "sd1");
        size_t tensors = 0;
        const auto stages = cut("sd1", {4, 9});
        QCOMPARE(stages.size(), size_t{3});
        for (const auto& [first, last] : {std::pair{0, 4}, {4, 9}, {9, int(layers_of("sd1"))}})
            tensors += load_unet(folder, {}, {size_t(first), size_t(last)}).layers().size();
        QCOMPARE(tensors, layers_of("sd1"));
    }

    void whatCannotBeMadeIsRefusedBeforeTheFirstStep() {
        const auto stages = cut("sd1", {4});
        ImageParameters odd = image("a dog", 1, 7.5, "ddim");
        odd.width = 49;
        QVERIFY_THROWS_EXCEPTION(Error, stages.back()->open(0, {odd}));
        odd = image("a dog", 1, 7.5, "no such sampler");
        QVERIFY_THROWS_EXCEPTION(Error, stages.front()->open(0, {odd}));
    }
};

FANLIGHT_TEST(TstPipelineStage)
#include "tst_pipeline_stage.moc"
