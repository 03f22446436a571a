// Pictures that a refiner finishes, against diffusers' (tests/golden/refiner.py), float32 on the CPU.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/batch/request_json.h"
#include "core/checkpoints/component_hash.h"
#include "core/families/prompt_layouts.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data/pipelines"), base = data / "sdxl",
               refiner = data / "sdxl_refiner";

ReplacedComponents refined_by(const fs::path& path) {
    return {{refiner_kind, path.filename().string(), path.string(), component_hash(path)}};
}

std::vector<Task> batch_of(const Json& image) {
    std::vector<Task> batch;
    for (const Json& prompt : image["prompts"]) {
        ImageTask task{prompt,
                       image["negative_prompt"].get<std::optional<SharedText>>(),
                       40 + batch.size(),
                       image["steps"],
                       image["cfg_scale"],
                       image["width"],
                       image["height"],
                       image["sampler"].get<std::string>(),
                       image["schedule"].get<std::string>(),
                       image["clip_skip"]};
        task.refiner_switch = image["switch"];
        task.rescale_cfg = image["rescale"];
        task.prompt_2 = image["second"].value("prompt_2", "");
        task.negative_prompt_2 = image["second"].value("negative_prompt_2", "");
        if (const auto size = image["sizes"].find("original_size"); size != image["sizes"].end())
            task.original_size = {(*size)[1], (*size)[0]};
        if (const auto crop = image["sizes"].find("crops_coords_top_left"); crop != image["sizes"].end())
            task.crop = {(*crop)[1], (*crop)[0]};
        batch.push_back(std::move(task));
    }
    return batch;
}

/// Of the base: the refiner's files say what it predicts.
Recipe recipe_of(const Json& image) {
    return {.components = refined_by(refiner),
            .prediction = image["scheduler"].value("prediction_type", ""),
            .zero_snr = image["scheduler"].value("rescale_betas_zero_snr", false)};
}

at::Tensor pictures(const fs::path& model, const Recipe& recipe, const std::vector<Task>& batch,
                    const Weights::Placement& placement = {}) {
    const c10::InferenceMode inference;
    return pictures_of(*load_pipeline(model, placement, recipe), batch).images().to(at::kInt);
}

int difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<int>(); }

ImageTask dog(const char* sampler = "euler", double switch_at = 0.5) {
    ImageTask image{"a dog", "bad", 40, 6, 5.0, 32, 32, std::string(sampler), "default", 0};
    image.refiner_switch = switch_at;
    return image;
}

}  // namespace

class TstRefinerPictures : public QObject {
    Q_OBJECT

    fs::path in_folder(const std::string& name) const {
        return folder_.filePath(QString::fromStdString(name)).toStdString();
    }

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<int>("number");
        const Json images = read_json_file(data / "sdxl_refiner.json");
        for (size_t i = 0; i < images.size(); ++i)
            QTest::addRow("%zu %s at %g", i, images[i]["sampler"].get<std::string>().c_str(),
                          images[i]["switch"].get<double>())
                << static_cast<int>(i);
    }
    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(int, number);
        const Json image = read_json_file(data / "sdxl_refiner.json")[static_cast<size_t>(number)];
        const std::vector<Task> batch = batch_of(image);
        const at::Tensor theirs = Weights::open(data / "sdxl_refiner.safetensors", {})
                                      .take("image." + std::to_string(number), {std::ssize(batch), 32, 32, 3})
                                      .to(at::kInt);
        const int off = difference(pictures(base, recipe_of(image), batch), theirs);
        qInfo("largest difference: %d of 255", off);
        QVERIFY2(off <= 2, std::to_string(off).c_str());
    }

    void itChangesThePicture() {
        const at::Tensor refined = pictures(base, {.components = refined_by(refiner)}, {dog()});
        QVERIFY(difference(refined, pictures(base, {}, {dog()})) > 5);
        const at::Tensor never = pictures(base, {.components = refined_by(refiner)}, {dog("euler", 1)});
        QCOMPARE(difference(never, pictures(base, {}, {dog("euler", 1)})), 0);
    }

    void everySamplerTakesOver_data() {
        QTest::addColumn<QString>("sampler");
        for (const SamplerName& sampler : sampler_names())
            QTest::newRow(sampler.name.c_str()) << QString::fromStdString(sampler.name);
    }
    /// And counts its evaluations to the end.
    void everySamplerTakesOver() {
        QFETCH(QString, sampler);
        const c10::InferenceMode inference;
        const auto pipeline = load_pipeline(base, {}, {.components = refined_by(refiner)});
        ImageTask image = dog(sampler.toStdString().c_str());
        image.steps = 9;
        const auto generation = pipeline->open({image});
        Progress last;
        const auto made = run_whole(*generation, [&](Generation& stepped) {
            const Progress progress = stepped.progress();
            const bool goes_on = progress.evaluated == last.evaluated + 1 && progress.evaluated <= progress.of;
            last = progress;
            return goes_on && stepped.preview().defined();
        });
        QVERIFY(made);
        QCOMPARE(last.evaluated, last.of);
        QVERIFY(last.evaluated >= 9);
        image.refiner_switch = 1;
        QVERIFY(difference(std::get<Pictures>(*made).images().to(at::kInt),
                           pictures_of(*pipeline, {image}).images().to(at::kInt)) > 0);
    }

    void neighboursAndThreadsChangeNothing() {
        const Recipe recipe{.components = refined_by(refiner)};
        ImageTask cat = dog("euler_ancestral"), one = cat, two = cat;
        cat.prompt = "a cat on a chair";
        one.seed = 7;
        two.prompt = "a hen";
        const at::Tensor beside_one = pictures(base, recipe, {one, cat}), alone = pictures(base, recipe, {cat});
        QVERIFY(at::equal(pictures(base, recipe, {two, cat})[1], beside_one[1]));
        QVERIFY(difference(beside_one[1], alone[0]) <= 1);  // batch size is part of the recipe
        at::set_num_threads(2);
        const at::Tensor threaded = pictures(base, recipe, {cat});
        at::set_num_threads(1);
        QVERIFY(at::equal(threaded, alone));
    }

    void aShardedBaseMakesTheSamePicture() {
        const Recipe recipe{.components = refined_by(refiner)};
        const at::Tensor whole = pictures(base, recipe, {dog()});
        Weights::Placement placement;
        placement.device_map = {{"", "disk"}};
        QVERIFY(at::equal(pictures(base, recipe, {dog()}, placement), whole));
    }

    void guidanceThatEndsEndsForBoth() {
        const Recipe recipe{.components = refined_by(refiner)};
        ImageTask early = dog(), late = dog();
        early.cfg_end = 0.4;
        late.cfg_end = 0.8;
        const at::Tensor one = pictures(base, recipe, {early}), two = pictures(base, recipe, {late});
        QVERIFY(difference(one, two) > 0 && difference(two, pictures(base, recipe, {dog()})) > 0);
    }

    void emphasisAndSchedulesReachIt() {
        const Recipe recipe{.components = refined_by(refiner)};
        PromptLayouts layouts(base);
        const auto with = [&](const std::string& prompt) {
            ImageTask image = dog();
            image.emphasis = Emphasis::Original;
            image.prompt = prompt;
            Task task = image;
            layouts.set(task, "the test");
            return pictures(base, recipe, {task});
        };
        const at::Tensor plain = with("a dog");
        QVERIFY(difference(with("a (dog:1.5)"), plain) > 0);
        QVERIFY(difference(with("a [dog:cat:0.7]"), plain) > 0);  // in steps that are the refiner's
    }

    void aSingleFileMakesDiffusersPictures_data() {
        QTest::addColumn<int>("number");
        QTest::addColumn<bool>("has_negative");
        QTest::addColumn<QString>("sampler");
        QTest::newRow("euler") << 0 << true << "euler";
        QTest::newRow("heun, no negative prompt") << 1 << false << "heun";
    }
    void aSingleFileMakesDiffusersPictures() {
        QFETCH(int, number);
        QFETCH(bool, has_negative);
        QFETCH(QString, sampler);
        for (const char* model : {"sdxl", "sdxl_refiner"})
            write_single_file(model, in_folder(std::string(model) + ".safetensors"));
        const fs::path file = in_folder("sdxl_refiner.safetensors");
        ImageTask image{"a photo of a dog!",   std::nullopt,           40, 5, 5.0, 32, 32,
                        sampler.toStdString(), std::string("default"), 0};
        if (has_negative) image.negative_prompt = "blurry";
        image.refiner_switch = 0.6;
        const at::Tensor theirs = Weights::open(single_file_data / "sdxl_refiner.golden.safetensors", {})
                                      .take("image." + std::to_string(number), {1, 32, 32, 3})
                                      .to(at::kInt);
        const Recipe recipe{.components = refined_by(file)};
        const int off = difference(pictures(in_folder("sdxl.safetensors"), recipe, {image}), theirs);
        qInfo("largest difference: %d of 255", off);
        QVERIFY2(off <= 2, std::to_string(off).c_str());
    }

    void whatIsNoRefinerIsRefused() {
        const auto refusal = [](const fs::path& path) {
            return error_of([&] { load_pipeline(base, {}, {.components = refined_by(path)}); });
        };
        QVERIFY(refusal(base).find("is a model of Stable Diffusion XL and no refiner") != std::string::npos);
        QVERIFY(refusal(data / "sd1").find("is a model of Stable Diffusion 1 or 2 and no refiner") !=
                std::string::npos);
        write_single_file("sdxl_refiner", in_folder("other.safetensors"));
        const std::string other = refusal(in_folder("other.safetensors"));
        QVERIFY2(other.find("has a VAE for other latents than the model's") != std::string::npos, other.c_str());
        const std::string without =
            error_of([&] { load_pipeline(data / "sd1", {}, {.components = refined_by(refiner)}); });
        QVERIFY2(without.find("models of Stable Diffusion 1 or 2 take no refiner") != std::string::npos,
                 without.c_str());
        ReplacedComponents changed = refined_by(refiner);
        changed.front().hash = std::string(64, 'a');
        QVERIFY(error_of([&] { load_pipeline(base, {}, {.components = changed}); }).find("has changed since the run") !=
                std::string::npos);
        QVERIFY(error_of([&] {
                    load_pipeline(base, {}, {.components = refined_by(refiner)}, {{0, 5}, true, false});
                }).find("cannot be cut into stages") != std::string::npos);
    }

private:
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstRefinerPictures)
#include "tst_refiner_pictures.moc"
