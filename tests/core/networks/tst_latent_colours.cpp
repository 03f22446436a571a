// Preview colours compared with the finished pictures: the starter model on the CPU.

#include "core/pipelines/latent_colours.h"

#include <ATen/ATen.h>

#include <QTest>

#include "core/pipelines/unet_denoiser.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string starter = source_path("/resources/starter/model");

const ImageTask circle{.prompt = "a red circle on a white background",
                       .seed = 7,
                       .steps = 12,
                       .cfg_scale = 5,
                       .width = 64,
                       .height = 64,
                       .sampler = "ddim",
                       .schedule = "default"};

/// Correlation of two pictures, each reduced to 8x8; -1 to 1.
double correlation(const at::Tensor& a, const at::Tensor& b) {
    const auto shrunk = [](const at::Tensor& picture) {
        const at::Tensor x = picture.to(at::kFloat).permute({2, 0, 1}).unsqueeze(0);
        const at::Tensor small = at::adaptive_avg_pool2d(x, {8, 8}).flatten();
        return small - small.mean();
    };
    const at::Tensor x = shrunk(a), y = shrunk(b);
    return ((x * y).sum() / (x.norm() * y.norm() + 1e-9)).item<double>();
}

}  // namespace

class TestLatentColours : public QObject {
    Q_OBJECT

    c10::InferenceMode inference_;

private Q_SLOTS:
    void aPreviewLooksLikeThePictureUnderEverySampler_data() {
        QTest::addColumn<QByteArray>("sampler");
        for (const char* sampler : {"ddim", "euler", "euler_ancestral", "heun", "dpmpp_2m", "unipc", "pndm"})
            QTest::newRow(sampler) << QByteArray(sampler);
    }
    void aPreviewLooksLikeThePictureUnderEverySampler() {
        QFETCH(QByteArray, sampler);
        static const auto pipeline = load_pipeline(starter, {});
        ImageTask image = circle;
        image.sampler = sampler.toStdString();
        std::vector<at::Tensor> previews;
        const auto on_step = [&](Generation& generation) {
            previews.push_back(generation.preview()[0]);
            return true;
        };
        const auto generation = pipeline->open({image});
        const at::Tensor picture = std::get<Pictures>(run_whole(*generation, on_step).value()).images()[0];
        QCOMPARE(previews.back().sizes(), (at::IntArrayRef{picture.size(0) / 8, picture.size(1) / 8, 3}));
        const double half_way = correlation(previews[previews.size() / 2], picture);
        const double last = correlation(previews.back(), picture);
        QVERIFY2(half_way > 0.5, std::to_string(half_way).c_str());
        QVERIFY2(last > 0.7, std::to_string(last).c_str());
    }

    void previewsDoNotChangeThePicture() {
        const auto pipeline = load_pipeline(starter, {});
        const auto generation = pipeline->open({circle, circle});
        const auto look = [](Generation& seen) { return seen.preview().defined(); };
        const auto seen = std::get<Pictures>(run_whole(*generation, look).value());
        QVERIFY(at::equal(seen.images(), pictures_of(starter, {circle, circle}).images()));
    }

    void aLargePictureHasASmallPreview() {
        const ModelFolder folder(starter);
        PictureDecoder decoder(folder, {});
        const LatentColours colours(decoder, at::kFloat, at::kCPU);
        const at::Tensor painted = colours.paint(at::randn({2, 4, 96, 192}));
        QCOMPARE(painted.sizes(), (at::IntArrayRef{2, 32, 64, 3}));
        QVERIFY(painted.is_contiguous());
        QVERIFY(at::equal(colours.paint(at::full({1, 4, 4, 4}, NAN)), at::zeros({1, 4, 4, 3}, at::kByte)));
    }
};

FANLIGHT_TEST(TestLatentColours)
#include "tst_latent_colours.moc"
