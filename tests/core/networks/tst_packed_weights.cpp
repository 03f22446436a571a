// Pictures with weights that stay packed in memory, against those with dequantised ones: the same bytes.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/weights/model_folder.h"
#include "core/weights/tensor_types.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/test.h"
#include "tests/support/z_image_files.h"

using namespace fanlight;

namespace {

const std::string model = source_path("/tests/golden/data/pipelines/z_image");

const GgufBlocks& blocks_of(Dtype dtype) {
    return *std::find_if(gguf_blocks().begin(), gguf_blocks().end(),
                         [&](const GgufBlocks& blocks) { return blocks.dtype == dtype; });
}

Task image(const std::string& prompt) {
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

}  // namespace

class TstPackedWeights : public QObject {
    Q_OBJECT

    /// Under this name in the test's folder.
    ReplacedComponent given(const std::string& kind, const std::string& name, const std::string& bytes) {
        const std::string file = folder_.filePath(QString::fromStdString(name)).toStdString();
        replace_file(file, bytes);
        return {kind, name, file, component_hash(file)};
    }

    Recipe with(const ReplacedComponents& components) const { return {.components = components}; }

    static at::Tensor made(const Weights::Placement& placement, const Recipe& recipe) {
        const c10::InferenceMode inference;
        return pictures_of(*load_pipeline(model, placement, recipe), {image("a dog"), image("a cat in the evening")})
            .images();
    }

    QTemporaryDir folder_;

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void everyGgufTypeMakesTheSameBytes_data() {
        QTest::addColumn<int>("type");
        for (const GgufBlocks& blocks : gguf_blocks())
            QTest::newRow(std::string(name_of(blocks.dtype)).c_str()) << static_cast<int>(blocks.dtype);
    }
    void everyGgufTypeMakesTheSameBytes() {
        QFETCH(int, type);
        const GgufBlocks& blocks = blocks_of(static_cast<Dtype>(type));
        const Recipe recipe = with({given(network_kind, "network.gguf", z_image_gguf(&blocks)),
                                    given(text_encoder_kind, "encoder.gguf", z_image_encoder_gguf(&blocks))});
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
            const at::Tensor dequantised = made({.dtype = dtype}, recipe);
            QVERIFY(dequantised.to(at::kFloat).std().item<double>() > 1);
            QVERIFY(made({.dtype = dtype, .packed = true}, recipe).equal(dequantised));
        }
    }
};

FANLIGHT_TEST(TstPackedWeights)
#include "tst_packed_weights.moc"
