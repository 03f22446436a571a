// A model whose modules lie on several devices, or are offloaded, makes the same bytes as the whole one.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/pipelines/unet_denoiser.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/");

at::Tensor pictures(const std::string& model, const Weights::Placement& placement) {
    ImageTask image;
    image.prompt = "a dog";
    image.negative_prompt = "blurred";
    image.seed = 3;
    image.steps = 3;
    image.cfg_scale = 6;
    image.width = 48;
    image.height = 32;
    image.sampler = "ddim";
    image.schedule = "default";
    const c10::InferenceMode inference;
    return pictures_of(data + model, {image, image}, placement).images();
}

}  // namespace

class TstSharded : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
    }

    void layersThatAreFetchedMakeTheSameBytes_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("offloaded");
        for (const char* model : {"sd1", "sd2", "sdxl"}) {
            QTest::addRow("%s all", model) << model << QStringList{""};
            QTest::addRow("%s one", model) << model << QStringList{"mid_block"};
            QTest::addRow("%s within a layer", model) << model << QStringList{"down_blocks.1.attentions.0.proj_out"};
            QTest::addRow("%s several", model) << model << QStringList{"conv_in", "up_blocks", "conv_out"};
        }
    }

    void layersThatAreFetchedMakeTheSameBytes() {
        QFETCH(QString, model);
        QFETCH(QStringList, offloaded);
        Weights::Placement placement;
        for (const QString& module : offloaded) placement.device_map.emplace_back(module.toStdString(), "disk");
        QVERIFY(at::equal(pictures(model.toStdString(), placement), pictures(model.toStdString(), {})));
    }

    void everyTensorLiesWhereItsModuleDoes() {
        const ModelFolder folder(data + "sd1");
        Weights::Placement placement;
        placement.device_map = {{"down_blocks.1", "meta"}, {"conv_in.bias", "meta"}};
        const Weights weights = Weights::open_folder(folder.component("unet"), "diffusion_pytorch_model", placement);
        int moved = 0;
        weights.each([&](const Weights::Listed& tensor) {
            const bool expected = tensor.key.starts_with("down_blocks.1.") || tensor.key == "conv_in.bias";
            const at::Tensor taken = weights.take(tensor.key, tensor.shape);
            QVERIFY2(taken.device().type() == (expected ? at::kMeta : at::kCPU), tensor.key.c_str());
            moved += expected;
        });
        QVERIFY(moved > 1);
    }

    void anOffloadedCheckpointOfAnotherModelIsRefusedAtOnce() {
        const ModelFolder folder(data + "sd1");
        Weights::Placement placement;
        placement.device_map = {{"", "disk"}};
        const Weights weights = Weights::open_folder(folder.component("unet"), "diffusion_pytorch_model", placement);
        Json config = folder.config("unet");
        config["cross_attention_dim"] = 7;
        QVERIFY_THROWS_EXCEPTION(Error, UNet2DConditionModel(weights, config));
    }
};

FANLIGHT_TEST(TstSharded)
#include "tst_sharded.moc"
