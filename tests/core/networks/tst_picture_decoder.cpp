// Pictures that a VAE cannot decode in float16.

#include "core/pipelines/picture_decoder.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "tests/support/places.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

class TstPictureDecoder : public QObject {
    Q_OBJECT

    /// Of one picture.
    static Pictures decoded(const fs::path& model, at::ScalarType dtype, const at::Tensor& latents) {
        const c10::InferenceMode inference;
        PictureDecoder decoder(ModelFolder(model), {.dtype = dtype});
        return decoder.decode(latents);
    }

    static int finite(const Pictures& pictures) { return pictures.finite().item<uint8_t>(); }

private Q_SLOTS:
    void initTestCase() {
        const fs::path file = model_ / "vae/diffusion_pytorch_model.safetensors";
        fs::copy(usual_, model_, fs::copy_options::recursive);
        const std::string bytes = read_file(file), key = "decoder.conv_in.bias";
        const int64_t width = read_json_file(usual_ / "vae/config.json").at("block_out_channels").back();
        std::string biases;
        const float too_large = 1e5f;  // and the same for all channels, which the next layers do not mind
        for (int64_t i = 0; i < width; ++i) biases.append(reinterpret_cast<const char*>(&too_large), sizeof too_large);
        write_bytes(file, with_tensor(without_tensors(bytes, {key}), key, {width}, biases, "F32"));
        latents_ = at::randn({1, 4, 8, 8});
    }

    void whatFloat16CannotHoldIsDecodedInFloat32() {
        const Pictures exact = decoded(model_, at::kFloat, latents_), fallen = decoded(model_, at::kHalf, latents_);
        QCOMPARE(finite(exact), 1);
        QCOMPARE(finite(fallen), int{finite_in_float32});
        QVERIFY(at::equal(fallen.images(), exact.images()));
    }

    void nothingElseIs() {
        QCOMPARE(finite(decoded(usual_, at::kHalf, latents_)), 1);
        at::Tensor broken = latents_.clone();
        broken[0][0][0][0] = NAN;
        for (const at::ScalarType dtype : {at::kFloat, at::kHalf}) QCOMPARE(finite(decoded(model_, dtype, broken)), 0);
    }

    /// Each picture for itself.
    void aNeighbourChangesNothing() {
        const Pictures both = decoded(model_, at::kHalf, at::cat({latents_, latents_ * 0.5}));
        QVERIFY(at::equal(both.images().slice(0, 0, 1), decoded(model_, at::kHalf, latents_).images()));
    }

private:
    QTemporaryDir folder_;
    const fs::path usual_ = source_path("/tests/golden/data/pipelines/sd1"),
                   model_ = folder_.filePath("large").toStdString();
    at::Tensor latents_;
};

FANLIGHT_TEST(TstPictureDecoder)
#include "tst_picture_decoder.moc"
