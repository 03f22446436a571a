// Previews by a tiny decoder, compared with the pictures that it makes as the model's VAE.

#include "core/pipelines/tiny_previews.h"

#include <ATen/ATen.h>

#include <QTest>

#include "core/checkpoints/component_hash.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data"), sd1 = data / "pipelines/sd1";
const fs::path tiny = data / "components/tiny", tiny_original = data / "components/tiny_original.safetensors";

const ImageTask dog{.prompt = "a dog",
                    .seed = 40,
                    .steps = 4,
                    .cfg_scale = 5,
                    .width = 64,
                    .height = 32,
                    .sampler = "euler",
                    .schedule = "default"};

/// The last preview that there is, and the picture.
struct Seen {
    at::Tensor preview, picture;
};
Seen seen(Pipeline& pipeline) {
    Seen seen;
    const auto look = [&](Generation& generation) {
        seen.preview = generation.preview();
        return true;
    };
    const auto generation = pipeline.open({dog, dog});
    seen.picture = std::get<Pictures>(run_whole(*generation, look).value()).images();
    return seen;
}

int difference(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kInt) - b.to(at::kInt)).abs().max().item<int>();
}

}  // namespace

class TestTinyPreviews : public QObject {
    Q_OBJECT

    c10::InferenceMode inference_;

private Q_SLOTS:
    void aPreviewIsThePictureOfTheTinyDecoder_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("a folder") << QString::fromStdString(tiny.string());
        QTest::newRow("a file") << QString::fromStdString(tiny_original.string());
    }
    void aPreviewIsThePictureOfTheTinyDecoder() {
        QFETCH(QString, file);
        const fs::path path = file.toStdString();
        const ReplacedComponents components = {{vae_kind, "tiny", path.string(), component_hash(path)}};
        const at::Tensor expected =
            pictures_of(*load_pipeline(sd1, {}, {.components = components}), {dog, dog}).images();

        const auto pipeline = load_pipeline(sd1, {});
        pipeline->set_preview_decoder(path.string());
        at::Tensor preview;  // of the last step alone: it would be too soon for a second one
        const auto look_at_last = [&](Generation& generation) {
            const Progress done = generation.progress();
            if (done.evaluated == done.of) preview = generation.preview();
            return true;
        };
        run_whole(*pipeline->open({dog, dog}), look_at_last);
        QCOMPARE(preview.sizes(), expected.sizes());
        QVERIFY2(difference(preview, expected) <= 2, std::to_string(difference(preview, expected)).c_str());
    }

    void picturesAreTheSame() {
        const auto plain = load_pipeline(sd1, {}), watched = load_pipeline(sd1, {});
        watched->set_preview_decoder(tiny.string());
        QVERIFY(at::equal(seen(*plain).picture, seen(*watched).picture));
    }

    void theyAreSmallAndTakeTheirTime() {
        TinyPreviews previews(ModelFolder(sd1), tiny.string(), {});
        const at::Tensor first = previews.paint(at::randn({1, 4, 64, 128}));
        const int64_t pixels = 64 / PictureDecoder(ModelFolder(sd1), {}).latent_shape(64, 64)[2];  // of a latent one
        QCOMPARE(first.sizes(), (at::IntArrayRef{1, 16 * pixels, 32 * pixels, 3}));
        QVERIFY(first.is_contiguous());
        QVERIFY(!previews.paint(at::randn({1, 4, 64, 128})).defined());  // too soon
    }

    void brokenLatentsHaveAPreview() {
        TinyPreviews previews(ModelFolder(sd1), tiny.string(), {});
        QVERIFY(previews.paint(at::full({1, 4, 4, 4}, NAN)).defined());
    }

    void withoutAUsableOneTheyAreColours() {
        const auto plain = load_pipeline(sd1, {}), broken = load_pipeline(sd1, {});
        broken->set_preview_decoder((data / "components/clip.safetensors").string());
        QVERIFY(at::equal(seen(*plain).preview, seen(*broken).preview));
    }
};

FANLIGHT_TEST(TestTinyPreviews)
#include "tst_tiny_previews.moc"
