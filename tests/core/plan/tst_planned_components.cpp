// What takes the place of a model's own components, in a plan.

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/images/image_prompts.h"
#include "core/images/png_writer.h"
#include "core/images/recipe_text.h"
#include "core/plan/listed_component.h"
#include "core/plan/make_plan.h"
#include "core/plan/place_run.h"
#include "tests/support/places.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data"), kept = data / "components";

PlannedRun plan_of(const PlanRequest& request) {
    return make_plan(request, source_path("/resources"), "--", {{.id = "cpu", .kind = "cpu"}}, "");
}

PlanRequest request_for(const fs::path& model) {
    PlanRequest request;
    request.model = model.string();
    request.devices = "cpu";
    return request;
}

}  // namespace

class TstPlannedComponents : public QObject {
    Q_OBJECT

    /// A picture with these texts.
    fs::path png(const std::string& name, const std::vector<PngText>& texts) const {
        const std::vector<uint8_t> rgb(size_t{8} * 8 * 3);
        fs::create_directories(root_ / "images");
        replace_file(root_ / "images" / name, encode_png({rgb.data(), 8, 8}, texts));
        return root_ / "images";
    }

    fs::path png_of_a1111(const std::string& name, const std::string& more) const {
        return png(name, {{parameters_keyword, "a dog\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5" + more}});
    }

    /// Of the images in the folder.
    PlannedRun planned(const std::string& vae = "") const {
        PlanRequest request = request_for(data / "pipelines/sd1");
        request.vae = vae;
        request.models_dirs = {(root_ / "comfy").string()};
        request.list = [this](const ListReading& reading, const TakeRow& take) {
            load_image_prompts(root_ / "images", take, reading);
        };
        return plan_of(request);
    }

    static std::string vae_of(const PlannedRun& run) {
        return run.recipe.components.empty() ? "" : run.recipe.components.front().name;
    }

private Q_SLOTS:
    void init() {
        fs::remove_all(root_);
        fs::create_directories(root_ / "comfy/models/vae");
        fs::copy(kept / "vae_original.safetensors", root_ / "comfy/models/vae/ft-mse.safetensors");
    }

    void theRecipeNamesThem() {
        PlanRequest request = request_for(data / "pipelines/sd1");
        request.rows = {{"a dog", {}, "Row 1"}};
        request.vae = (kept / "tiny").string();
        request.text_encoders = {(kept / "clip.safetensors").string()};
        const PlannedRun run = plan_of(request);
        QCOMPARE(run.recipe.components.size(), size_t{2});
        QCOMPARE(run.recipe.components[0].name, std::string("tiny"));
        QCOMPARE(run.recipe.components[1].kind, std::string(text_encoder_kind));
        QCOMPARE(run.recipe.components[1].hash, sha256_hex_of_file(kept / "clip.safetensors"));
        QVERIFY(recipe_of(run.items.front()) == run.recipe);
        request.vae.clear();
        QVERIFY(describe_run(run).decoder.bytes < describe_run(plan_of(request)).decoder.bytes);
    }

    void theRecipeSaysThatThereAreTiles() {
        PlanRequest request = request_for(data / "pipelines/sd1");
        request.rows = {{"a dog", {.width = 64, .height = 64}, "Row 1"}};
        const PlannedRun whole = plan_of(request);
        request.vae_tiling = true;
        const PlannedRun tiled = plan_of(request);
        QVERIFY(!whole.recipe.vae_tiling && recipe_of(tiled.items.front()).vae_tiling);
        QVERIFY(describe_run(tiled).decoder.working_bytes < describe_run(whole).decoder.working_bytes);
        request.vae = (kept / "tiny").string();
        const std::string said = error_of([&] { plan_of(request); });
        QVERIFY2(said.find("an AutoencoderTiny needs little memory and makes no tiles") != std::string::npos,
                 said.c_str());
    }

    void aFileWithoutAVaeNeedsOne() {
        const fs::path whole = root_ / "whole.safetensors", rest = root_ / "rest.safetensors";
        write_single_file("sd1", whole);
        write_bytes(rest, without_tensors(read_file(whole), {"first_stage_model."}));
        QVERIFY(find_model(rest.string(), fs::path(source_path("/resources"))).lacks ==
                std::vector<std::string>{"vae"});
        QVERIFY(listed_model("rest", rest).note.text().starts_with("has no VAE of its own: give one with --vae"));
        PlanRequest request = request_for(rest);
        request.rows = {{"a dog", {.width = 32, .height = 32}, "Row 1"}};
        QCOMPARE(error_of([&] { plan_of(request); }),
                 std::string("The model rest has no VAE of its own; give one with --vae."));
        request.vae = whole.string();
        const PlannedRun run = plan_of(request);
        QCOMPARE(run.recipe.components.front().name, std::string("whole.safetensors"));
        QVERIFY(describe_run(run).decoder.bytes > 0);
    }

    void whatDoesNotFitIsRefused() {
        PlanRequest request = request_for(data / "pipelines/sd1");
        request.rows = {{"a dog", {}, "Row 1"}};
        request.vae = (kept / "clip.safetensors").string();
        QVERIFY_THROWS_EXCEPTION(Error, plan_of(request));
        request = request_for("starter-text");
        request.rows = {{"a dog", {}, "Row 1"}};
        request.vae = (kept / "tiny").string();
        QVERIFY_THROWS_EXCEPTION(UsageError, plan_of(request));
    }

    void theVaeOfAllImagesIsTakenIfItIsKnown() {
        png_of_a1111("a.png", ", VAE hash: 0123456789, VAE: ft-mse.safetensors");
        Recipe recipe;
        recipe.components = {{vae_kind, "ft-mse.safetensors", "", "abc"}};
        Item item{.place = "b.png",
                  .task = ImageTask{.prompt = "a cat", .seed = 1, .steps = 2, .width = 32, .height = 32}};
        item.task.edit<ImageTask>().sampler = "euler";
        item.task.edit<ImageTask>().schedule = "default";
        png("b.png", image_texts(item, recipe));
        const PlannedRun run = planned();
        QCOMPARE(vae_of(run), std::string("ft-mse.safetensors"));
        QCOMPARE(run.notes.size(), size_t{1});
        QCOMPARE(run.notes.front().text(),
                 std::string("The images were made with the VAE \"ft-mse.safetensors\", which makes these, too"));
    }

    void whatTheRunHasFoundItselfIsNotNoted() {
        const ReplacedComponents found = {{vae_kind, "ae.safetensors"}, {text_encoder_kind, "t5xxl_fp16.safetensors"}};
        const auto notes_on = [&](const char* kind, const char* name) {
            ListNotes notes;
            note_unused(kind, {{name, "a.png"}}, found, notes);
            return notes.sentences().empty() ? std::string() : notes.sentences().front().text();
        };
        for (const char* name : {"ae.safetensors", "ae", "flux/ae", ""})
            QCOMPARE(notes_on(vae_kind, name), std::string());
        for (const char* name : {"t5xxl_fp16", "ae"}) QCOMPARE(notes_on(text_encoder_kind, name), std::string());
        QCOMPARE(notes_on(text_encoder_kind, "t5xxl_fp8"),
                 std::string("The text encoder or VAE \"t5xxl_fp8\" is not used in 1 image (a.png); a run has its own, "
                             "which are given outside the list"));
    }

    void otherVaesAreNoted_data() {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("note");
        const char *known = ", VAE: ft-mse.safetensors", *other = ", VAE: other.ckpt";
        QTest::newRow("not there") << other << other << ""
                                   << "The VAE \"other.ckpt\" is not used in 2 images";
        QTest::newRow("different ones") << known << other << ""
                                        << "are not used in 2 images";
        QTest::newRow("some with the model's own") << known << ""
                                                   << ""
                                                   << "\"ft-mse.safetensors\" is not used in 1 image";
        QTest::newRow("another is given") << known << known << "tiny"
                                          << "\"ft-mse.safetensors\" is not used in 2 images";
        QTest::newRow("the same is given") << known << known << "ft-mse"
                                           << "";
        QTest::newRow("none") << ", VAE: Automatic"
                              << ""
                              << ""
                              << "";
        QTest::newRow("a path") << ", VAE: ../vae/ft-mse.safetensors"
                                << ", VAE: ../vae/ft-mse.safetensors"
                                << ""
                                << "is not used in 2 images";
    }
    void otherVaesAreNoted() {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QFETCH(QString, given);
        QFETCH(QString, note);
        png_of_a1111("a.png", first.toStdString());
        png_of_a1111("b.png", second.toStdString());
        const PlannedRun run = planned(given == "tiny" ? (kept / "tiny").string() : given.toStdString());
        QCOMPARE(run.recipe.components.size(), given.isEmpty() ? size_t{0} : size_t{1});
        QCOMPARE(run.notes.size(), note.isEmpty() ? size_t{0} : size_t{1});
        if (!note.isEmpty())
            QVERIFY2(run.notes.front().text().find(note.toStdString()) != std::string::npos,
                     run.notes.front().text().c_str());
    }

private:
    QTemporaryDir folder_;
    const fs::path root_ = fs::path(folder_.path().toStdString()) / "root";
};

FANLIGHT_TEST(TstPlannedComponents)
#include "tst_planned_components.moc"
