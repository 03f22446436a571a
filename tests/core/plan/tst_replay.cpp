#include "core/plan/replay.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/config/model_catalog.h"
#include "core/devices/device_list.h"
#include "core/images/png_writer.h"
#include "core/images/recipe_text.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "tests/support/toy_text/toy_text.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path resources = source_path("/resources");

Item item_of(const std::string& file, uint64_t seed) {
    return {.index = 7,
            .row = 3,
            .place = file,
            .task = ImageTask{.prompt = "a dog",
                              .seed = seed,
                              .steps = 2,
                              .cfg_scale = 5,
                              .width = 8,
                              .height = 8,
                              .sampler = "ddim",
                              .schedule = "default"}};
}

}  // namespace

/// Plans to make finished images again; nothing is made.
class TestReplay : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> temporary_;
    fs::path folder_;
    Recipe starter_;

    std::string png_of(const Item& item, const Recipe& recipe, uint8_t colour = 7) const {
        const std::vector<uint8_t> rgb(size_t{8} * 8 * 3, colour);
        return encode_png({rgb.data(), 8, 8}, image_texts(item, recipe));
    }

    fs::path image(const Item& item, const Recipe& recipe, uint8_t colour = 7) const {
        replace_file(folder_ / item.place, png_of(item, recipe, colour));
        return folder_ / item.place;
    }

    void write_rows(std::vector<Recipe> recipes) const {
        std::vector<ManifestRow> rows;
        for (const Recipe& recipe : recipes) {
            ManifestRow row{.item = item_of(std::to_string(rows.size()) + ".png", rows.size())};
            set_recipe(row.item, recipe);
            row.made.content = ResultFile{.sha256 = std::to_string(rows.size())};
            rows.push_back(row);
        }
        write_manifest(folder_, rows);
    }

    ReplayPlan planned(const fs::path& source) const { return plan_replay({.source = source}, resources); }

    std::string refusal(const ReplayRequest& request) const {
        try {
            plan_replay(request, resources);
        } catch (const UsageError& error) {
            return error.what();
        }
        return "";
    }

private Q_SLOTS:
    void initTestCase() {
        starter_ = {.model = "starter",
                    .model_hash = model_hash(find_model("", resources).folder),
                    .batch_size = 2,
                    .threads = 1};
    }
    void init() {
        temporary_ = std::make_unique<QTemporaryDir>();
        folder_ = temporary_->path().toStdString();
    }

    void anImageIsARunOfOne() {
        const Item item = item_of("a.png", 42);
        const fs::path file = image(item, starter_);
        const ReplayPlan replay = planned(file);
        QCOMPARE(replay.plan.items.size(), size_t{1});
        QCOMPARE(replay.plan.items[0].index, int64_t{0});
        QCOMPARE(replay.plan.items[0].place, item.place);
        QVERIFY(image_of(replay.plan.items[0]) == image_of(item));
        Recipe alone = starter_;
        alone.threads = std::max(1, cpu_device().cores);
        QVERIFY(replay.plan.recipe == alone);
        QCOMPARE(replay.before[0].file()->sha256, sha256_hex_of_file(file));
        QCOMPARE(replay.originals / replay.before[0].file()->name, file);
        check_plan(replay.plan, "plan");
    }

    void whatTookThePlaceOfAComponentIsFoundByNameAndCheckedByHash() {
        const fs::path models = folder_ / "models", file = models / "vae/other.safetensors";
        fs::create_directories(file.parent_path());
        replace_file(file, read_file(source_path("/tests/golden/data/components/vae_original.safetensors")));
        Recipe recipe = starter_;
        recipe.components = {{vae_kind, "other.safetensors", "/elsewhere/other.safetensors", sha256_hex_of_file(file)}};
        const ReplayRequest request{.source = image(item_of("a.png", 42), recipe), .models_dirs = {models.string()}};
        QCOMPARE(plan_replay(request, resources).plan.recipe.components.front().file, file.string());
        QVERIFY(refusal({.source = request.source}).starts_with("There is no VAE \"other.safetensors\""));
        replace_file(file, "another");
        QVERIFY(refusal(request).starts_with(file.string() + " is not the file that the images were made with"));
    }

    void aManifestOfEitherKindAndItsFolderAreTheSameRun_data() {
        QTest::addColumn<QString>("source");
        for (const char* source : {"manifest.jsonl", "manifest.csv", ""}) QTest::newRow(source) << source;
    }
    void aManifestOfEitherKindAndItsFolderAreTheSameRun() {
        QFETCH(QString, source);
        Recipe with_threads = starter_;
        with_threads.threads = 7;  // irrelevant
        write_rows({starter_, with_threads, starter_});
        const ReplayPlan replay = planned(source.isEmpty() ? folder_ : folder_ / source.toStdString());
        QCOMPARE(replay.plan.items.size(), size_t{3});
        for (int64_t i = 0; i < 3; ++i) {
            QCOMPARE(replay.plan.items[i].index, i);
            QCOMPARE(image_of(replay.plan.items[i]).seed, static_cast<uint64_t>(i));
            QCOMPARE(replay.before[i].file()->sha256, std::to_string(i));
            QCOMPARE(replay.originals / replay.before[i].file()->name, folder_ / (std::to_string(i) + ".png"));
        }
        check_plan(replay.plan, "plan");
    }

    /// As a run leaves them that has gone on with less memory.
    void eachImageHasTheBatchSizeThatItWasMadeWith() {
        Recipe smaller = starter_;
        smaller.batch_size = 1;
        smaller.vae_tiling = true;
        write_rows({starter_, smaller, starter_});
        const RunPlan plan = planned(folder_).plan;
        check_plan(plan, "plan");
        QCOMPARE(plan.models(), 2);
        for (const auto& [item, size] : {std::pair(0, 2), std::pair(1, 1), std::pair(2, 2)})
            QCOMPARE(recipe_of(plan.items.at(item)).batch_size, size);
    }

    void workersShareTheCores() {
        const int cores = std::max(1, cpu_device().cores);
        const Recipe one = planned(image(item_of("a.png", 1), starter_)).plan.recipe;
        QCOMPARE(one.threads, cores);
        ReplayRequest request{.source = folder_ / "a.png", .devices = "cpu,cpu,cpu"};
        const RunPlan three = plan_replay(request, resources).plan;
        QCOMPARE(three.devices.size(), size_t{3});
        QCOMPARE(three.recipe.threads, std::max(1, cores / 3));
    }

    void whatIsNotTheSameIsRefused() {
        Recipe other = starter_, on_gpu = starter_, with_lora = starter_;
        other.model_hash = std::string(64, 'f');
        on_gpu.device_kind = "cuda";
        with_lora.loras = {{.name = "ink", .hash = "ab", .data_hash = "cd"}};
        const auto refused = [&](const Recipe& recipe, const std::string& devices = "all") {
            return refusal({.source = image(item_of("a.png", 1), recipe), .devices = devices});
        };
        QVERIFY(refused(other).find("is not the model that the images were made with") != std::string::npos);
        QVERIFY(refused(on_gpu, "cpu").find("were made on GPUs") != std::string::npos);
        QVERIFY(refused(with_lora).find("ink") != std::string::npos);
        write_rows({starter_, other});
        QVERIFY(refusal({.source = folder_}).find("is not the model that the images were made with") !=
                std::string::npos);
        QVERIFY(refusal({.source = folder_, .model = "starter"}).find("tells of images of several models") !=
                std::string::npos);
        write_rows({starter_, on_gpu});
        QVERIFY(refusal({.source = folder_}).find("images of GPUs and of CPUs (0.png and 1.png)") != std::string::npos);
        write_rows({});
        QVERIFY(refusal({.source = folder_}).find("tells of no image") != std::string::npos);
    }

    void anImageOfAnotherProgramIsRefused() {
        const std::vector<uint8_t> rgb(size_t{8} * 8 * 3, 7);
        replace_file(folder_ / "b.png", encode_png({rgb.data(), 8, 8}, {{"parameters", "a dog\nSteps: 20"}}));
        QVERIFY(refusal({.source = folder_ / "b.png"}).find("was not made by Fanlight") != std::string::npos);
    }

    void bytesThenPixelsAreCompared() {
        const fs::path before = image(item_of("before.png", 1), starter_),
                       same = image(item_of("same.png", 1), starter_), text = image(item_of("text.png", 2), starter_),
                       other = image(item_of("other.png", 1), starter_, 8);
        const auto like = [&](const fs::path& again, const std::string& original) {
            ReplayPlan replay;
            replay.before = {{.content = ResultFile{.name = original, .sha256 = sha256_hex_of_file(before)}}};
            replay.originals = folder_;
            return likeness(replay, {.content = ResultFile{.name = again.filename().string()}}, folder_);
        };
        QCOMPARE(like(same, "before.png"), Likeness::Bytes);
        QCOMPARE(like(text, "before.png"), Likeness::Pixels);
        QCOMPARE(like(other, "before.png"), Likeness::None);
        QCOMPARE(like(text, "lost.png"), Likeness::None);
    }

    void textsAreComparedAsTheyAre() {
        add_toy_text();
        ManifestRow row{.item = {.task = ToyText{"a dog", 1, 2}}};
        set_recipe(row.item, starter_);
        row.made.content = ResultRecord{"a dog a dog"};
        write_manifest(folder_, {row});
        const ReplayPlan replay = planned(folder_);
        QCOMPARE(likeness(replay, {.content = ResultRecord{"a dog a dog"}}, folder_), Likeness::Bytes);
        QCOMPARE(likeness(replay, {.content = ResultRecord{"a dog"}}, folder_), Likeness::None);
    }
};

FANLIGHT_TEST(TestReplay)
#include "tst_replay.moc"
