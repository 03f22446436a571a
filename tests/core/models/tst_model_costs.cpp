#include <ATen/ATen.h>

#include <QTest>
#include <cmath>

#include "core/families/parts/picture_decoder_costs.h"
#include "core/families/parts/unet_costs.h"
#include "core/families/parts/unet_family.h"
#include "core/families/parts/unet_modules.h"
#include "core/models/unet_2d_condition_model.h"
#include "core/weights/model_folder.h"
#include "tests/core/models/golden_network.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string pipelines = source_path("/tests/golden/data/pipelines/");
const ModelFolder starter(source_path("/resources/starter/model"));

ModelDescription model_costs(const ModelFolder& model, const DescribedShape& shape) {
    return model.family().describe(model.files(), shape);
}

ModelDescription starter_at(int width, int height, int batch_size, bool guided) {
    return model_costs(starter, {.width = width, .height = height, .batch_size = batch_size, .guided = guided});
}

double flops_of(const ModelDescription& model) {
    double sum = 0;
    for (const LayerDescription& layer : model.layers) sum += layer.flops;
    return sum;
}

}  // namespace

class TestModelCosts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void layersAreThoseThatRunAndTheirBytesAreTheFiles_data() {
        QTest::addColumn<QString>("folder");
        QTest::newRow("sd1") << QString::fromStdString(pipelines + "sd1");
        QTest::newRow("sd2") << QString::fromStdString(pipelines + "sd2");
        QTest::newRow("sdxl") << QString::fromStdString(pipelines + "sdxl");
        QTest::newRow("starter") << QString(source_path("/resources/starter/model"));
    }
    void layersAreThoseThatRunAndTheirBytesAreTheFiles() {
        QFETCH(QString, folder);
        const ModelFolder model(folder.toStdString());
        const ModelDescription costs = model_costs(model, {.width = 64, .height = 64});
        const Weights weights = Weights::open_folder(model.component("unet"), "diffusion_pytorch_model", {});
        const UNet2DConditionModel unet(weights, model.config("unet"));
        QCOMPARE(costs.layers.size(), unet.layers().size());
        for (size_t i = 0; i < costs.layers.size(); ++i) {
            QCOMPARE(costs.layers[i].name, unet.layers()[i].name);
            QVERIFY2(costs.layers[i].flops > 0 && costs.layers[i].working_bytes > costs.layers[i].state_bytes / 2,
                     costs.layers[i].name.c_str());
        }
        int64_t in_file = 0;
        weights.each([&](const Weights::Listed& tensor) { in_file += c10::multiply_integers(tensor.shape) * 4; });
        QCOMPARE(costs.network_bytes(), in_file);
        QVERIFY(costs.text_encoder.bytes > 0 && costs.decoder.bytes > 0 && costs.decoder.flops > 0);
    }

    void prunedNetworksCostWhatTheyHave_data() {
        QTest::addColumn<std::string>("name");
        for (const char* name : {"unet_pruned", "unet_small", "unet_uneven"}) QTest::newRow(name) << std::string(name);
    }
    void prunedNetworksCostWhatTheyHave() {
        QFETCH(std::string, name);
        const GoldenNetwork golden(name);
        const Weights weights = golden.weights();
        const UNet2DConditionModel unet(weights, golden.config());
        const UNetConfig config(golden.config());
        const auto costs = unet_costs(config, unet_modules(config, "float32"), {.width = 64, .height = 64}, 8, 8, 5);
        QCOMPARE(costs.size(), unet.layers().size());
        int64_t bytes = 0, in_file = 0;
        for (size_t i = 0; i < costs.size(); ++i) {
            QCOMPARE(costs[i].name, unet.layers()[i].name);
            QVERIFY(costs[i].flops > 0);
            bytes += costs[i].bytes;
        }
        weights.each([&](const Weights::Listed& tensor) { in_file += c10::multiply_integers(tensor.shape) * 4; });
        QCOMPARE(bytes, in_file);
    }

    void whatTravelsIsTheState_data() {
        QTest::addColumn<QString>("folder");
        QTest::newRow("starter") << QString(source_path("/resources/starter/model"));
        QTest::newRow("sdxl") << QString::fromStdString(pipelines + "sdxl");
    }
    void whatTravelsIsTheState() {
        QFETCH(QString, folder);
        const ModelFolder model(folder.toStdString());
        const ModelDescription costs = model_costs(model, {.width = 64, .height = 48, .batch_size = 2, .guided = true});
        const Weights weights = Weights::open_folder(model.component("unet"), "diffusion_pytorch_model", {});
        const UNet2DConditionModel unet(weights, model.config("unet"));
        const int64_t factor = latent_factor(model.files());
        constexpr int64_t tokens = 77, pooled = 20, numbers = 6;
        const Conditioning text{.context = at::zeros({4, tokens, unet.context_dim()}),
                                .pooled = at::zeros({4, pooled}),
                                .numbers = at::zeros({4, numbers})};
        Memory memory;
        State state = unet_input(at::zeros({4, unet.in_channels(), 48 / factor, 64 / factor}), 1, {});
        state.conditioning = &text;
        state.memory = &memory;
        for (size_t i = 0; i < costs.layers.size(); ++i) {
            unet.layers()[i].run(state);
            int64_t bytes = 0;
            for (const auto& [name, tensor] : packed(state)) bytes += tensor.numel();
            QCOMPARE(costs.layers[i].state_bytes, bytes * 4);
        }
    }

    void operationsGrowWithRowsAndPixels() {
        const double one = flops_of(starter_at(64, 64, 1, false));
        QVERIFY(std::abs(flops_of(starter_at(64, 64, 1, true)) / one - 2) < 0.01);
        QVERIFY(std::abs(flops_of(starter_at(64, 64, 4, false)) / one - 4) < 0.01);
        QVERIFY(flops_of(starter_at(128, 64, 1, false)) / one > 2);  // attention grows faster than the pixels
    }

    void halfThePrecisionIsHalfTheBytes() {
        const ModelDescription full = starter_at(64, 64, 1, true);
        const ModelDescription half = model_costs(starter, {.dtype = "float16", .width = 64, .height = 64});
        QCOMPARE(half.bytes() * 2, full.bytes());
        QCOMPARE(half.working_bytes() * 2, full.working_bytes());
    }

    void sizesThatTheModelCannotMakeAreRefused() {
        QVERIFY_THROWS_EXCEPTION(Error, starter_at(65, 64, 1, true));
        QVERIFY_THROWS_EXCEPTION(Error, starter_at(0, 64, 1, true));
    }
};

FANLIGHT_TEST(TestModelCosts)
#include "tst_model_costs.moc"
