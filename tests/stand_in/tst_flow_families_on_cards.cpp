// Families of flow models on stand-ins for GPUs, in every dtype: pictures are the same bytes whole, over two cards,
// fetched and in stages, and the host hardly waits for a card.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/networks/networks.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/places.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

struct FlowModel {
    const char* name;
    int64_t layers;
    std::vector<std::vector<int64_t>> cuts;
    DeviceMap across;  ///< cuda:1 where it says nothing
};
const std::vector<FlowModel>& models() {
    static const std::vector<FlowModel> all = {{"z_image",
                                                11,
                                                {{1}, {3}, {6}, {8}},
                                                {{"x_pad_token", "cuda:0"},
                                                 {"cap_embedder", "cuda:0"},
                                                 {"layers.1", "cuda:0"},
                                                 {"noise_refiner.1", "cuda:0"},
                                                 {"t_embedder", "cuda:0"},
                                                 {"layers.2", "cpu"},
                                                 {"context_refiner.0", "cuda:0"},
                                                 {"cap_pad_token", "cpu"}}},
                                               {"flux_2",
                                                13,
                                                {{1}, {6}, {8}, {5, 10}},
                                                {{"time_guidance_embed", "cuda:0"},
                                                 {"double_stream_modulation_txt", "cuda:0"},
                                                 {"context_embedder", "cuda:0"},
                                                 {"transformer_blocks.1", "cuda:0"},
                                                 {"single_transformer_blocks.1", "cuda:0"},
                                                 {"single_transformer_blocks.2", "cpu"},
                                                 {"proj_out", "cuda:0"}}},
                                               {"flux_1",
                                                10,
                                                {{1}, {4}, {6}, {3, 7}},
                                                {{"time_text_embed", "cuda:0"},
                                                 {"context_embedder", "cuda:0"},
                                                 {"transformer_blocks.1", "cuda:0"},
                                                 {"single_transformer_blocks.1", "cuda:0"},
                                                 {"single_transformer_blocks.2", "cpu"},
                                                 {"proj_out", "cuda:0"}}}};
    return all;
}

std::string path_of(const FlowModel& model) {
    return std::string(source_path("/tests/golden/data/pipelines/")) + model.name;
}

at::Device card(int index) { return device_named("cuda:" + std::to_string(index)); }

std::vector<Task> batch_for(const FlowModel& model, size_t count = 2) {
    const char* prompts[] = {"a dog", "a cat on a chair, seen from the street, in the evening's light"};
    std::vector<Task> batch;
    for (size_t i = 0; i < count; ++i) {
        ImageTask task{.prompt = prompts[i],
                       .negative_prompt = "blurred",
                       .seed = 3 + i,
                       .steps = 3,
                       .cfg_scale = 2,
                       .width = 48,
                       .height = 32,
                       .sampler = "euler",
                       .schedule = "default"};
        if (std::string(model.name) == "z_image") task.cfg_floor = 0;
        if (std::string(model.name) == "flux_1") task.true_cfg_scale = 2;
        batch.emplace_back(task);
    }
    return batch;
}

int64_t farthest(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kInt) - b.to(at::kInt)).abs().max().item<int64_t>();
}

}  // namespace

class TstFlowFamiliesOnCards : public QObject {
    Q_OBJECT

    static void each_model_and_dtype() {
        QTest::addColumn<size_t>("number");
        QTest::addColumn<at::ScalarType>("dtype");
        for (size_t i = 0; i < models().size(); ++i)
            for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf})
                QTest::addRow("%s, %s", models()[i].name, c10::toString(dtype)) << i << dtype;
    }

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
        set_accelerator(std::make_unique<stand_in::StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}, {.name = "B", .uuid = "GPU-b"}}));
    }

    void everyPlacementMakesTheSame_data() { each_model_and_dtype(); }
    void everyPlacementMakesTheSame() {
        QFETCH(size_t, number);
        QFETCH(at::ScalarType, dtype);
        const c10::InferenceMode inference;
        const FlowModel& model = models()[number];
        const std::vector<Task> batch = batch_for(model);
        const auto pictures = [&](at::Device device, const DeviceMap& map = {}) {
            return pictures_of(path_of(model), batch, {.dtype = dtype, .device = device, .device_map = map}).images();
        };
        const at::Tensor made = pictures(card(0));
        const int64_t difference = farthest(made, pictures(at::kCPU));
        QVERIFY2(difference <= (dtype == at::kFloat ? 1 : 24), QByteArray::number(difference).constData());
        QVERIFY(at::equal(pictures(card(1), model.across), made));
        QVERIFY(at::equal(pictures(card(0), {{"", "cpu"}}), made));
        for (const std::vector<int64_t>& cuts : model.cuts) {
            if (dtype != at::kFloat && cuts != model.cuts.back()) continue;
            const auto stages = stages_here(path_of(model), model.layers, cuts, {card(1), card(0)}, {}, false, dtype);
            QVERIFY(at::equal(send_round(stages, {batch}).front(), made));
        }
    }

    void theHostWaitsForTheCardOnlyBeforeAFirstStep_data() { each_model_and_dtype(); }
    void theHostWaitsForTheCardOnlyBeforeAFirstStep() {
        QFETCH(size_t, number);
        QFETCH(at::ScalarType, dtype);
        const c10::InferenceMode inference;
        const FlowModel& model = models()[number];
        const auto pipeline = load_pipeline(path_of(model), {.dtype = dtype, .device = card(0)});
        const std::vector<Task> batch = batch_for(model);
        pictures_of(*pipeline, batch);  // the texts are encoded by now
        const auto generation = pipeline->open(batch);
        std::optional<NamedTensors> input = generation->begin();
        stand_in::reset_statistics();
        int64_t waits = 0;  // to learn how large the pictures are, and how long the captions
        for (size_t step = 0; input; ++step) {
            input = generation->run(step, std::move(*input));
            if (step == 0) waits = stand_in::statistics(0).waits;
        }
        QVERIFY2(waits <= 2, QByteArray::number(qint64(waits)).constData());
        QCOMPARE(stand_in::statistics(0).waits, waits);
        QCOMPARE(stand_in::statistics(0).host_copies, int64_t{0});
        QCOMPARE(stand_in::statistics(0).foreign, int64_t{0});
    }
};

FANLIGHT_TEST(TstFlowFamiliesOnCards, QCoreApplication)
#include "tst_flow_families_on_cards.moc"
