// Pictures of models whose weights have 8 bits, by themselves or with scales, against those of the same numbers in
// float32: byte for byte.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/single_files.h"
#include "tests/support/tensors_file.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

/// How a copy of a file holds the weights.
enum class Kind { Plain, Scaled, Rows };

/// A file's copies: with weights of 8 bits, and with the numbers that these mean.
struct Copies {
    fs::path small, same;
};

FileTensor tensor_of(const std::string& name, const at::Tensor& tensor, const char* dtype) {
    const at::Tensor whole = tensor.contiguous();
    return {name, dtype, whole.sizes().vec(), {static_cast<const char*>(whole.const_data_ptr()), whole.nbytes()}};
}

/// Matrices, and if nothing is scaled kernels too, become float8_e4m3fn; the other tensors are float32 in both.
Copies copies_of(const fs::path& file, const fs::path& folder, Kind kind) {
    const StoredTensors stored = open_weights_file(file);
    const Weights weights = Weights::open(file, {});
    std::vector<FileTensor> small, same;
    for (const auto& [name, tensor] : stored.tensors) {
        const bool is_weight = name.ends_with(".weight") && !name.ends_with("embedding.weight");
        const size_t rank = tensor.entry.shape.size();
        const at::Tensor value = weights.take(name, tensor.entry.shape);
        if (!is_weight || (kind == Kind::Plain ? rank < 2 : rank != 2)) {
            small.push_back(tensor_of(name, value, "F32"));
            same.push_back(small.back());
            continue;
        }
        constexpr double largest = 448;
        at::Tensor scale = at::ones({});
        if (kind == Kind::Scaled) scale = value.abs().max() / largest;
        if (kind == Kind::Rows) scale = value.abs().amax(1, /*keepdim=*/true) / largest;
        const at::Tensor codes = (value / scale).to(at::kFloat8_e4m3fn);
        const std::string module = name.substr(0, name.size() - std::string("weight").size());
        small.push_back(tensor_of(name, codes, "F8_E4M3"));
        same.push_back(tensor_of(name, codes.to(at::kFloat) * scale, "F32"));
        if (kind == Kind::Scaled) small.push_back(tensor_of(module + "scale_weight", scale, "F32"));
        if (kind == Kind::Rows) small.push_back(tensor_of(module + "weight_scale", scale, "F32"));
    }
    if (kind == Kind::Scaled)
        small.push_back(tensor_of("scaled_fp8", at::zeros({2}).to(at::kFloat8_e4m3fn), "F8_E4M3"));
    const Copies copies{folder / "small.safetensors", folder / "same.safetensors"};
    write_bytes(copies.small, tensors_file(small));
    write_bytes(copies.same, tensors_file(same));
    return copies;
}

}  // namespace

class TstEightBitPictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void singleFilesMakeTheSameBytes_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, const char* model, const char* sampler, Kind kind) {
            QTest::newRow(name) << model << sampler << static_cast<int>(kind);
        };
        row("1", "sd1", "pndm", Kind::Plain);
        row("1, scaled", "sd1", "pndm", Kind::Scaled);
        row("2, scaled", "sd2", "ddim", Kind::Scaled);
        row("XL", "sdxl", "euler", Kind::Plain);
        row("XL, scaled", "sdxl", "euler", Kind::Scaled);
        row("XL, rows", "sdxl", "euler", Kind::Rows);
    }
    void singleFilesMakeTheSameBytes() {
        QFETCH(QString, model);
        QFETCH(QString, sampler);
        QFETCH(int, kind);
        const fs::path whole = path("whole.safetensors");
        write_single_file(model.toStdString(), whole);
        const Copies copies = copies_of(whole, path(""), static_cast<Kind>(kind));
        const ImageTask image{"a dog", "bad", 40, 3, 5.0, 32, 32, sampler.toStdString(), "default", 0};
        std::vector<at::ScalarType> dtypes = {at::kFloat};
        if (static_cast<Kind>(kind) == Kind::Rows) dtypes.push_back(at::kBFloat16);
        for (const at::ScalarType dtype : dtypes) {
            const at::Tensor small = picture(copies.small, image, {.dtype = dtype}),
                             same = picture(copies.same, image, {.dtype = dtype});
            QVERIFY(at::equal(small, same));
            QVERIFY(small.to(at::kFloat).std().item<double>() > 1);
        }
        QVERIFY(!at::equal(picture(copies.small, image, {}), picture(whole, image, {})));  // it has been rounded
    }

    void foldersMakeTheSameBytes() {
        fs::copy(data_ / "pipelines/sd1", path("folder"), fs::copy_options::recursive);
        const fs::path unet = path("folder") / "unet/diffusion_pytorch_model.safetensors";
        const Copies copies = copies_of(unet, path(""), Kind::Scaled);
        fs::copy_file(copies.small, unet, fs::copy_options::overwrite_existing);
        const at::Tensor small = picture(path("folder"), dog_, {});
        fs::copy_file(copies.same, unet, fs::copy_options::overwrite_existing);
        QVERIFY(at::equal(small, picture(path("folder"), dog_, {})));
    }

    void componentsMakeTheSameBytes_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("file");
        QTest::newRow("a VAE") << vae_kind << "vae/diffusion_pytorch_model.safetensors";
        QTest::newRow("a text encoder") << text_encoder_kind << "text_encoder/model.safetensors";
    }
    void componentsMakeTheSameBytes() {
        QFETCH(QString, kind);
        QFETCH(QString, file);
        const fs::path model = data_ / "pipelines/sd1";
        const Copies copies = copies_of(model / file.toStdString(), path(""), Kind::Scaled);
        const auto with = [&](const fs::path& component) {
            const ReplacedComponent given{kind.toStdString(), component.filename().string(), component.string(),
                                          component_hash(component)};
            return picture(model, dog_, {}, {.components = {given}});
        };
        QVERIFY(at::equal(with(copies.small), with(copies.same)));
        QVERIFY(!at::equal(with(copies.small), picture(model, dog_, {})));
    }

    void aLoraChangesTheNumbersThatTheCodesMean() {
        fs::copy(data_ / "pipelines/sd1", path("with LoRA"), fs::copy_options::recursive);
        const fs::path unet = path("with LoRA") / "unet/diffusion_pytorch_model.safetensors",
                       file = data_ / "lora/kohya.safetensors";
        const Lora lora{.name = "kohya", .file = file.string(), .hash = sha256_hex_of_file(file), .weight = 0.7};
        const Copies copies = copies_of(unet, path(""), Kind::Scaled);
        fs::copy_file(copies.small, unet, fs::copy_options::overwrite_existing);
        const at::Tensor small = picture(path("with LoRA"), dog_, {}, {.loras = {lora}});
        QVERIFY(!at::equal(small, picture(path("with LoRA"), dog_, {})));
        fs::copy_file(copies.same, unet, fs::copy_options::overwrite_existing);
        QVERIFY(at::equal(small, picture(path("with LoRA"), dog_, {}, {.loras = {lora}})));
    }

private:
    fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }

    static at::Tensor picture(const fs::path& model, const ImageTask& image, const Weights::Placement& placement,
                              const Recipe& recipe = {}) {
        const c10::InferenceMode inference;
        return pictures_of(*load_pipeline(model, placement, recipe), {image}).images();
    }

    const fs::path data_ = source_path("/tests/golden/data");
    const ImageTask dog_{"a dog", "bad", 40, 3, 5.0, 32, 32, "pndm", "default", 0};
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstEightBitPictures)
#include "tst_eight_bit_pictures.moc"
