// The engine on stand-ins for GPUs: every sampler in every mode that one process can be in. Pictures are those of the
// CPU but for rounding, and the same bytes whatever the mode and the neighbours.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/batch/names.h"
#include "core/networks/networks.h"
#include "core/pipelines/embedding_cache.h"
#include "core/weights/staging.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string model = source_path("/tests/golden/data/pipelines/sd1");

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

int64_t farthest(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kInt) - b.to(at::kInt)).abs().max().item<int64_t>();
}

}  // namespace

class TstEngineOnCards : public QObject {
    Q_OBJECT

    std::unique_ptr<Pipeline> on_cpu_, on_card_, sharded_, offloaded_;

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
        set_accelerator(std::make_unique<stand_in::StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}, {.name = "B", .uuid = "GPU-b"}}));
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
        const at::Tensor expected = pictures_of(*on_cpu_, batch).images, made = pictures_of(*on_card_, batch).images;
        QVERIFY2(farthest(made, expected) <= 1, QByteArray::number(farthest(made, expected)).constData());
        QVERIFY(at::equal(pictures_of(*sharded_, batch).images, made));
        QVERIFY(at::equal(pictures_of(*offloaded_, batch).images, made));
        const std::vector<Task> other = {image("a dog", 3, name), image("a bird", 9, name)};
        QVERIFY(at::equal(pictures_of(*on_card_, other).images[0], made[0]));  // whatever its neighbour
        const std::vector<Task> unguided = {image("a dog", 3, name, 1)};
        QVERIFY(farthest(pictures_of(*on_card_, unguided).images, pictures_of(*on_cpu_, unguided).images) <= 1);
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
        generation->finish();
        QCOMPARE(stand_in::statistics(0).waits, int64_t{1});
        QCOMPARE(stand_in::statistics(0).foreign, int64_t{0});
    }
};

FANLIGHT_TEST(TstEngineOnCards)
#include "tst_engine_on_cards.moc"
