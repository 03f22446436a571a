// The engine on stand-ins for GPUs: every sampler in every mode that one process can be in. Pictures are those of the
// CPU but for rounding, and the same bytes whatever the mode and the neighbours.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/base/sha256.h"
#include "core/batch/names.h"
#include "core/layers/layers.h"
#include "core/networks/networks.h"
#include "core/pipelines/embedding_cache.h"
#include "core/pipelines/unet_denoiser.h"
#include "core/weights/staging.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/places.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/");
const std::string model = data + "pipelines/sd1";

Task image(const std::string& prompt, uint64_t seed, const std::string& sampler, double cfg_scale = 6) {
    return ImageTask{.prompt = prompt,
                     .negative_prompt = "blurred",
                     .seed = seed,
                     .steps = 3,
                     .cfg_scale = cfg_scale,
                     .width = 48,
                     .height = 32,
                     .sampler = sampler,
                     .schedule = "default"};
}

at::Device card(int index) { return device_named("cuda:" + std::to_string(index)); }

Weights::Placement on(at::Device device) { return {.device = device}; }

int64_t layers_of(const std::string& path) {
    return static_cast<int64_t>(load_unet(ModelFolder(path), {}).layers().size());
}

int64_t farthest(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kInt) - b.to(at::kInt)).abs().max().item<int64_t>();
}

}  // namespace

class TstEngineOnCards : public QObject {
    Q_OBJECT

    std::unique_ptr<Pipeline> on_cpu_, on_card_, sharded_, offloaded_;
    std::vector<StageHere> stages_;  ///< over both cards

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::globalContext().setAllowTF32CuDNN(false);
        at::set_num_threads(1);
        set_accelerator(std::make_unique<stand_in::StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"},
                                        {.name = "B", .uuid = "GPU-b"},
                                        {.name = "C", .uuid = "GPU-c", .workspace = 4 << 20}}));
        const c10::InferenceMode inference;
        on_cpu_ = load_pipeline(model, {});
        on_card_ = load_pipeline(model, on(card(0)));
        Weights::Placement two = on(card(1));
        two.device_map = {{"conv_in", "cuda:0"},   {"time_embedding", "cuda:0"}, {"down_blocks", "cuda:0"},
                          {"mid_block", "cuda:1"}, {"up_blocks", "cuda:1"},      {"conv_norm_out", "cuda:0"},
                          {"conv_out", "cuda:0"}};
        sharded_ = load_pipeline(model, two);
        Weights::Placement stored = on(card(0));
        stored.device_map = {{"down_blocks", "cpu"}, {"up_blocks", "disk"}};
        offloaded_ = load_pipeline(model, stored);
        stages_ = stages_here(model, layers_of(model), {5, 12}, {card(0), card(1)});
    }

    void everySampler_data() {
        QTest::addColumn<QString>("sampler");
        for (const SamplerName& sampler : sampler_names())
            QTest::newRow(sampler.name.c_str()) << QString::fromStdString(sampler.name);
    }
    void everySampler() {
        QFETCH(QString, sampler);
        const c10::InferenceMode inference;
        const std::string name = sampler.toStdString();
        const std::vector<Task> batch = {image("a dog", 3, name), image("a cat", 4, name)};
        const at::Tensor expected = pictures_of(*on_cpu_, batch).images(),
                         made = pictures_of(*on_card_, batch).images();
        QVERIFY2(farthest(made, expected) <= 1, QByteArray::number(farthest(made, expected)).constData());
        QVERIFY(at::equal(pictures_of(*sharded_, batch).images(), made));
        QVERIFY(at::equal(pictures_of(*offloaded_, batch).images(), made));
        const std::vector<Task> beside = {image("a house", 5, name), image("a tree", 6, name)};
        QVERIFY(at::equal(send_round(stages_, {beside, batch}).back(), made));
        const std::vector<Task> other = {image("a dog", 3, name), image("a bird", 9, name)};
        QVERIFY(at::equal(pictures_of(*on_card_, other).images()[0], made[0]));  // whatever its neighbour
        const std::vector<Task> unguided = {image("a dog", 3, name, 1)};
        QVERIFY(farthest(pictures_of(*on_card_, unguided).images(), pictures_of(*on_cpu_, unguided).images()) <= 1);
    }

    /// v-prediction, another text encoder, a sampler of its own; and adapters.
    void otherModels_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("adapter");
        QTest::newRow("Stable Diffusion 2") << "pipelines/sd2" << QString();
        QTest::newRow("Stable Diffusion XL") << "pipelines/sdxl" << QString();
        QTest::newRow("a LoRA") << "pipelines/sd1" << QString("lora/kohya");
        for (const char* adapter : {"dora", "loha", "lokr", "lokr_tucker", "locon_tucker"})
            QTest::newRow(adapter) << "pipelines/sd1" << QString("adapters/") + adapter;
    }
    void otherModels() {
        QFETCH(QString, folder);
        QFETCH(QString, adapter);
        const c10::InferenceMode inference;
        const std::string path = data + folder.toStdString(), lora = data + adapter.toStdString() + ".safetensors";
        std::vector<Lora> loras;
        if (!adapter.isEmpty())
            loras.push_back({.name = "made", .file = lora, .hash = sha256_hex_of_file(lora), .weight = 0.7});
        const std::vector<Task> batch = {image("a dog", 3, "ddim"), image("a cat", 4, "ddim")};
        const auto pictures = [&](Weights::Placement placement) {
            return pictures_of(path, batch, placement, loras).images();
        };
        const at::Tensor made = pictures(on(card(0)));
        QVERIFY(farthest(made, pictures({})) <= 1);
        Weights::Placement placement = on(card(1));
        placement.device_map = {{"mid_block", "cuda:0"}, {"up_blocks", "cuda:0"}};
        QVERIFY(at::equal(pictures(placement), made));
        placement.device_map = {{"", "cpu"}};
        QVERIFY(at::equal(pictures(placement), made));
        const auto stages = stages_here(path, layers_of(path), {7}, {card(1), card(0)}, {.loras = loras});
        QVERIFY(at::equal(send_round(stages, {batch}).front(), made));
    }

    /// A recording is one operation in place of hundreds, and changes no pixel.
    void recordedLayersMakeTheSame() {
        const c10::InferenceMode inference;
        Weights::Placement recorded = on(card(0));
        recorded.experiments.graphs = true;
        const auto pipeline = load_pipeline(model, recorded);
        const auto operations_of = [&](Pipeline& made_by, const std::vector<Task>& batch) {
            stand_in::reset_statistics();
            pictures_of(made_by, batch);
            return stand_in::statistics(0).operations;
        };
        for (const std::string sampler : {"euler", "heun", "dpmpp_2m", "pndm"})
            for (const double scale : {6.0, 1.0}) {
                const std::vector<Task> one = {image("a dog", 3, sampler, scale)},
                                        other = {image("a cat", 4, sampler, scale)};
                for (const auto& batch : {one, other, one})
                    QVERIFY(at::equal(pictures_of(*pipeline, batch).images(), pictures_of(*on_card_, batch).images()));
            }
        const std::vector<Task> batch = {image("a dog", 3, "heun")};
        QVERIFY(2 * operations_of(*pipeline, batch) < operations_of(*on_card_, batch));
    }

    void channelsLastAndTf32ReachTheCard() {
        const c10::InferenceMode inference;
        const std::vector<Task> batch = {image("a dog", 3, "euler")};
        const at::Tensor expected = pictures_of(*on_card_, batch).images();
        Weights::Placement ordered = on(card(0));
        ordered.experiments.channels_last = true;
        const at::Tensor made = pictures_of(*load_pipeline(model, ordered), batch).images();
        QVERIFY(farthest(made, expected) <= 1);
        at::globalContext().setAllowTF32CuDNN(true);
        const at::Tensor rounded = pictures_of(*on_card_, batch).images();
        at::globalContext().setAllowTF32CuDNN(false);
        QVERIFY(!at::equal(rounded, expected) && farthest(rounded, expected) <= 8);
        const ModelFolder folder(model);
        const int64_t channels = folder.config("unet").at("block_out_channels").at(0);
        const Conv2d layer(folder.weights("unet", ordered) / "conv_in", {.in_channels = 4, .out_channels = channels});
        QVERIFY(layer.weight.is_contiguous(at::MemoryFormat::ChannelsLast) && !layer.weight.is_contiguous());
    }

    void weightsComeThroughPinnedMemory() {
        const c10::InferenceMode inference;
        stand_in::reset_statistics();
        const auto loaded = load_pipeline(model, on(card(1)));
        QCOMPARE(stand_in::statistics(1).host_copies, int64_t{0});
        Staging staging(card(1), 64);  // in many pieces
        const at::Tensor tensor = at::rand({7, 13});
        QVERIFY(at::equal(staging.copy(tensor).cpu(), tensor));
        QVERIFY(at::equal(staging.copy(at::arange(5)).cpu(), at::arange(5)));
        QCOMPARE(staging.copy(at::empty({0, 3})).numel(), int64_t{0});
    }

    /// A model that is offloaded takes the memory of a few layers, however many it has.
    void offloadingSavesMemory() {
        const c10::InferenceMode inference;
        int64_t network = 0;
        const ModelFolder folder(model);
        folder.weights("unet", {}).each([&](const Weights::Listed& tensor) {
            network += static_cast<int64_t>(tensor.bytes);
        });
        const auto reserved_by = [&](const Weights::Placement& placement) {
            stand_in::empty_cache();
            stand_in::reset_statistics();
            const int64_t before = stand_in::statistics(1).peak_reserved;
            pictures_of(model, {image("a dog", 3, "euler")}, placement);
            return stand_in::statistics(1).peak_reserved - before;
        };
        Weights::Placement stored = on(card(1));
        const int64_t whole = reserved_by(stored);
        stored.device_map = {{"", "cpu"}};
        const int64_t offloaded = reserved_by(stored);
        QVERIFY2(whole - offloaded > network / 2,
                 qPrintable(QString("%1 of %2 and %3").arg(offloaded).arg(whole).arg(network)));
    }

    void embeddingsAreKeptInMainMemory() {
        const c10::InferenceMode inference;
        EmbeddingCache cache(card(0), 3 * 4096);
        const auto embedding = [](float value) { return at::full({1024}, value, at::TensorOptions().device(card(0))); };
        const int64_t before = stand_in::statistics(0).allocated;
        for (int i = 0; i < 3; ++i) cache.keep(std::to_string(i), embedding(static_cast<float>(i)));
        QCOMPARE(stand_in::statistics(0).allocated, before);
        QVERIFY(at::equal(cache.find("0").cpu(), embedding(0).cpu()));
        cache.keep("3", embedding(3));  // in place of the one that was not used for longest
        QCOMPARE(cache.bytes(), int64_t{3 * 4096});
        QVERIFY(!cache.find("1").defined());
        QVERIFY(at::equal(cache.find("0").cpu(), embedding(0).cpu()) &&
                at::equal(cache.find("3").cpu(), embedding(3).cpu()));
        cache.keep("too large", at::zeros({4096}, at::TensorOptions().device(card(0))));
        QVERIFY(!cache.find("too large").defined());
    }

    void manyPromptsTakeNoMemoryOfTheCard() {
        const c10::InferenceMode inference;
        pictures_of(*on_card_, {image("a dog", 3, "euler")});
        const int64_t before = stand_in::statistics(0).allocated;
        for (int i = 0; i < 20; ++i) pictures_of(*on_card_, {image("dog number " + std::to_string(i), 3, "euler")});
        QCOMPARE(stand_in::statistics(0).allocated, before);
    }

    void theHostDoesNotWaitForTheCard_data() { everySampler_data(); }
    void theHostDoesNotWaitForTheCard() {
        QFETCH(QString, sampler);
        const c10::InferenceMode inference;
        const std::vector<Task> batch = {image("a dog", 3, sampler.toStdString())};
        pictures_of(*on_card_, batch);  // the text is encoded by now
        const auto generation = on_card_->open(batch);
        std::optional<NamedTensors> input = generation->begin();
        stand_in::reset_statistics();
        for (size_t step = 0; input; ++step) input = generation->run(step, std::move(*input));
        QCOMPARE(stand_in::statistics(0).waits, int64_t{0});
        QCOMPARE(stand_in::statistics(0).host_copies, int64_t{0});
        const Outputs made = generation->finish();
        QCOMPARE(stand_in::statistics(0).waits, int64_t{0});
        QVERIFY(farthest(std::get<Pictures>(made).images(), pictures_of(*on_cpu_, batch).images()) <= 1);
        QCOMPARE(stand_in::statistics(0).foreign, int64_t{0});
    }

    /// Nothing of a picture, its decoding included, keeps the host from beginning the next one.
    void theNextPictureIsBegunMeanwhile() {
        const c10::InferenceMode inference;
        const std::vector<Task> first = {image("an otter", 3, "euler")}, second = {image("a heron", 4, "dpmpp_2m")};
        const at::Tensor otter = pictures_of(*sharded_, first).images(),
                         heron = pictures_of(*sharded_, second).images();
        stand_in::hold(0);  // it has not seen these texts
        const Pictures one = pictures_of(*on_card_, first), two = pictures_of(*on_card_, second);
        stand_in::reset_statistics();
        stand_in::let_go(0);
        QVERIFY(at::equal(two.images(), heron) && at::equal(one.images(), otter));
        QCOMPARE(stand_in::statistics(0).waits, int64_t{2});
    }

    /// cuDNN takes another algorithm where the usual one does not find its memory.
    void picturesThatShortageWouldChangeAreNotMade() {
        const c10::InferenceMode inference;
        const std::vector<Task> batch = {image("a dog", 3, "euler")};
        const auto pipeline = load_pipeline(model, on(card(2)));
        const at::Tensor expected = pictures_of(*on_card_, batch).images();
        QVERIFY(at::equal(pictures_of(*pipeline, batch).images(), expected));
        stand_in::empty_cache();
        stand_in::set_memory(2, stand_in::statistics(2).allocated + (3 << 20));
        QVERIFY_THROWS_EXCEPTION(MemoryShortage, pictures_of(*pipeline, batch));
        stand_in::set_memory(2, int64_t{1} << 30);
        QVERIFY(at::equal(pictures_of(*pipeline, batch).images(), expected));
    }
};

FANLIGHT_TEST(TstEngineOnCards)
#include "tst_engine_on_cards.moc"
