// Weights that stay packed on stand-ins for GPUs: less memory, and the same pictures as with dequantised ones.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/worker/memory_ladder.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/test.h"
#include "tests/support/z_image_files.h"

using namespace fanlight;

namespace {

const std::string model = source_path("/tests/golden/data/pipelines/z_image");

Task image(const char* prompt = "a dog") {
    ImageTask task{.prompt = prompt,
                   .seed = 7,
                   .steps = 2,
                   .cfg_scale = 2,
                   .width = 32,
                   .height = 32,
                   .sampler = "euler",
                   .schedule = "default"};
    task.cfg_floor = 0;
    return task;
}

const GgufBlocks& q4_k() { return gguf_blocks().at(7); }

}  // namespace

Q_DECLARE_METATYPE(fanlight::DeviceMap)

class TstPackedOnCards : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    Recipe recipe_;
    at::Tensor expected_;

    static Weights::Placement on_card(bool packed, const DeviceMap& map = {}) {
        return {.dtype = at::kBFloat16, .device = device_named("cuda:0"), .device_map = map, .packed = packed};
    }

    at::Tensor made(const Weights::Placement& placement, const Recipe& recipe) const {
        const c10::InferenceMode inference;
        return pictures_of(*load_pipeline(model, placement, recipe), {image()}).images();
    }

    Recipe with_lora() const {
        const std::string file = source_path("/tests/golden/data/lora/z_image_transformer.safetensors");
        Recipe recipe = recipe_;
        recipe.loras = {
            {.name = "made", .file = file, .hash = lora_hash(file, sha256_hex_of_file(file)), .weight = 0.7}};
        return recipe;
    }

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
        set_accelerator(std::make_unique<stand_in::StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}, {.name = "B", .uuid = "GPU-b"}}));
        const auto add = [&](const char* kind, const std::string& bytes) {
            const std::string file = folder_.filePath(kind).toStdString() + ".gguf";
            replace_file(file, bytes);
            recipe_.components.push_back({kind, kind, file, component_hash(file)});
        };
        add(network_kind, z_image_gguf(&q4_k()));
        add(text_encoder_kind, z_image_encoder_gguf(&q4_k()));
        expected_ = made(on_card(false), recipe_);
    }

    void everyPlacementMakesTheSameBytes_data() {
        QTest::addColumn<DeviceMap>("map");
        QTest::newRow("whole") << DeviceMap();
        QTest::newRow("two cards") << DeviceMap{{"layers.1", "cuda:1"}, {"", "cuda:0"}};
        QTest::newRow("fetched") << DeviceMap{{"", "cpu"}};
        QTest::newRow("partly fetched") << DeviceMap{{"layers", "cpu"}, {"", "cuda:0"}};
    }
    void everyPlacementMakesTheSameBytes() {
        QFETCH(DeviceMap, map);
        QVERIFY(expected_.to(at::kFloat).std().item<double>() > 1);
        QVERIFY(made(on_card(true, map), recipe_).equal(expected_));
        QVERIFY(made(on_card(false, map), recipe_).equal(expected_));
    }

    void theCardHoldsTheBytesOfTheFiles() {
        const c10::InferenceMode inference;
        const auto held = [&](bool packed) {
            const int64_t before = stand_in::statistics(0).allocated;
            const auto pipeline = load_pipeline(model, on_card(packed), recipe_);
            return stand_in::statistics(0).allocated - before;
        };
        const int64_t dequantised = held(false), packed = held(true);
        // 4.5 bits in place of 16, where weights are packed: not in the decoder, nor where they fill no blocks.
        QVERIFY2(packed < dequantised * 0.6, (std::to_string(packed) + " of " + std::to_string(dequantised)).c_str());
    }

    /// The network that they belong to gives up its memory while text encoders read, and is brought back unchanged.
    void theyLeaveTheCardToTheEncoders() {
        const c10::InferenceMode inference;
        const auto loaded = [&](bool takes_turns) {
            return load_pipeline(model, on_card(true), recipe_, {.brief_encoders = true, .takes_turns = takes_turns});
        };
        const auto held = [&](bool takes_turns) {
            const int64_t before = stand_in::statistics(0).allocated;
            const auto pipeline = loaded(takes_turns);
            return stand_in::statistics(0).allocated - before;
        };
        const int64_t network = std::ssize(z_image_gguf(&q4_k()));
        QVERIFY2(held(false) - held(true) > network * 0.8,
                 (std::to_string(held(false) - held(true)) + " of " + std::to_string(network)).c_str());
        const auto pipeline = loaded(true);
        for (int time = 0; time < 2; ++time) QVERIFY(pictures_of(*pipeline, {image()}).images().equal(expected_));
        QVERIFY(!pictures_of(*pipeline, {image("an owl")}).images().equal(expected_));
        QVERIFY(pictures_of(*pipeline, {image()}).images().equal(expected_));
    }

    void lorasChangeThemAlike() {
        const Recipe recipe = with_lora();
        const at::Tensor dequantised = made(on_card(false), recipe);
        QVERIFY(!dequantised.equal(expected_));
        QVERIFY(made(on_card(true), recipe).equal(dequantised));
    }

    void theHostDoesNotWait_data() {
        QTest::addColumn<bool>("adapted");
        QTest::newRow("plain") << false;
        QTest::newRow("LoRA") << true;
    }
    void theHostDoesNotWait() {
        QFETCH(bool, adapted);
        const c10::InferenceMode inference;
        const auto waits = [&](bool packed) {
            const auto pipeline = load_pipeline(model, on_card(packed), adapted ? with_lora() : recipe_);
            pictures_of(*pipeline, {image()});
            stand_in::reset_statistics();
            pictures_of(*pipeline, {image()});
            return stand_in::statistics(0).waits + stand_in::statistics(0).host_copies;
        };
        QCOMPARE(waits(true), waits(false));
    }

    void theLadderKeepsThemPackedFirst() {
        MemoryLadder ladder;
        const protocol::Load load{.folder = model, .recipe = recipe_};
        const auto taken = ladder.climb(load, on_card(false));
        QVERIFY(taken && taken->text().find("stay packed") != std::string::npos);
        QVERIFY(ladder.opening(load, on_card(false)).placement.packed);
        // A model without such weights begins with the next rung.
        QVERIFY(MemoryLadder().climb({.folder = model}, on_card(false))->text().find("encoders") != std::string::npos);
    }
};

FANLIGHT_TEST(TstPackedOnCards)
#include "tst_packed_on_cards.moc"
