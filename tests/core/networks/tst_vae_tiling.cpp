// Latents that are decoded in tiles, against diffusers' (tests/golden/vae_tiling.py), float32 on the CPU.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/models/autoencoder_kl.h"
#include "core/pipelines/tiled_decoding.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data"), kept = data / "components";

Weights golden() { return Weights::open(kept / "tiling.safetensors", {}); }

ImageTask dog(const std::string& model, int width, int height) {
    const char* sampler = model == "sdxl" ? "euler" : model == "sd2" ? "ddim" : "pndm";
    return {"a dog", "bad", 40, 4, 5.0, width, height, sampler, "default", 0};
}

at::Tensor picture(const std::string& model, int width, int height, bool tiling,
                   const Weights::Placement& placement = {}) {
    const c10::InferenceMode inference;
    const auto pipeline = load_pipeline(data / "pipelines" / model, placement, {.vae_tiling = tiling});
    return pictures_of(*pipeline, {dog(model, width, height)}).images().to(at::kInt);
}

double difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

}  // namespace

class TstVaeTiling : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }
    void init() { at::set_num_threads(1); }

    void tilesAreBlendedLikeDiffusers_data() {
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        for (const auto& [height, width] : {std::pair(5, 4), {4, 7}, {6, 6}, {7, 10}, {13, 5}, {9, 17}, {16, 3}})
            QTest::addRow("%dx%d", height, width) << height << width;
    }
    void tilesAreBlendedLikeDiffusers() {
        QFETCH(int, height);
        QFETCH(int, width);
        const c10::InferenceMode inference;
        const Weights weights = Weights::open(kept / "vae/diffusion_pytorch_model.safetensors", {}), known = golden();
        const Json config = read_json_file(kept / "vae/config.json");
        const AutoencoderKL vae(weights, config);
        const VaeTiles tiles(config);
        QVERIFY(tiles.cut(height, width) && !tiles.cut(tiles.side, tiles.side));
        const std::string size = std::to_string(height) + "x" + std::to_string(width);
        std::vector<at::Tensor> strips;
        int64_t largest = 0, all = 0;
        decode_in_tiles(
            known.take("latents_" + size, {1, 4, height, width}), tiles,
            [&](const at::Tensor& tile) {
                largest = std::max(largest, tile.numel() / 4);
                all += tile.numel() / 4;
                return vae.decode(tile);
            },
            [&](const at::Tensor& strip) { strips.push_back(strip); });
        QVERIFY(largest <= tiles.side * tiles.side);
        QCOMPARE(all, tiles.pixels_of_all(height, width));
        const std::vector<int64_t> shape = {1, 3, height * 4, width * 4};
        const double off = difference(at::cat(strips, 2), known.take("tiled_" + size, shape));
        const double whole = difference(at::cat(strips, 2), known.take("whole_" + size, shape));
        qInfo("largest difference: %g; from the whole: %g", off, whole);
        QVERIFY(off < 1e-5);
        QVERIFY(whole > 0.01);
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<std::string>("model");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const char* model : {"sd1", "sd2"}) {
            QTest::addRow("%s, two rows", model) << std::string(model) << 16 << 24;
            QTest::addRow("%s, many", model) << std::string(model) << 40 << 24;
        }
        QTest::newRow("sdxl, two rows") << std::string("sdxl") << 32 << 40;
        QTest::newRow("sdxl, many") << std::string("sdxl") << 72 << 40;
    }
    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(std::string, model);
        QFETCH(int, width);
        QFETCH(int, height);
        const std::string name = model + "_" + std::to_string(width) + "x" + std::to_string(height);
        const std::vector<int64_t> shape = {1, height, width, 3};
        const at::Tensor tiled = picture(model, width, height, true);
        const double off = difference(tiled, golden().take(name, shape).to(at::kInt));
        qInfo("largest difference: %g of 255", off);
        QVERIFY(off <= 2);
        const at::Tensor whole = picture(model, width, height, false);
        QVERIFY(difference(tiled, whole) > 2);
        if (golden().has(name + "_whole"))
            QVERIFY(difference(whole, golden().take(name + "_whole", shape).to(at::kInt)) <= 2);
    }

    void whatFitsIntoATileStaysAsItIs() {
        QVERIFY(at::equal(picture("sd1", 16, 16, true), picture("sd1", 16, 16, false)));
        QVERIFY(at::equal(picture("sdxl", 24, 32, true), picture("sdxl", 24, 32, false)));
    }

    void everyModeAndEveryNumberOfThreadsMakeTheSameBytes() {
        const at::Tensor alone = picture("sd1", 40, 24, true);
        Weights::Placement fetched;
        fetched.device_map.emplace_back("", "disk");
        QVERIFY(at::equal(picture("sd1", 40, 24, true, fetched), alone));
        at::set_num_threads(3);
        QVERIFY(at::equal(picture("sd1", 40, 24, true), alone));
        const c10::InferenceMode inference;
        const fs::path model = data / "pipelines/sd1";
        const auto layers = static_cast<int64_t>(describe_model(model, {.width = 40, .height = 24}).layers.size());
        const auto stages = stages_here(model, layers, {2}, {at::kCPU}, {.vae_tiling = true});
        const ImageTask image = dog("sd1", 40, 24);
        QVERIFY(at::equal(send_round(stages, {{image}}).front().to(at::kInt), alone));
        const auto pipeline = load_pipeline(model, {}, {.vae_tiling = true});
        const at::Tensor both = pictures_of(*pipeline, {image, image}).images().to(at::kInt);
        for (const at::Tensor& one : both.split(1)) QVERIFY(difference(one, alone) <= 1);
    }
};

FANLIGHT_TEST(TstVaeTiling)
#include "tst_vae_tiling.moc"
