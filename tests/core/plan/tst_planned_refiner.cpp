// A refiner in a plan: what it is called, what it costs, and what is refused.

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/checkpoints/component_hash.h"
#include "core/devices/placement.h"
#include "core/images/image_prompts.h"
#include "core/images/png_writer.h"
#include "core/images/recipe_text.h"
#include "core/plan/make_plan.h"
#include "core/plan/place_run.h"
#include "core/plan/replay.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data/pipelines"), base = data / "sdxl",
               refiner = data / "sdxl_refiner";

PlanRequest refined() {
    PlanRequest request;
    request.model = base.string();
    request.devices = "cpu";
    request.refiner = refiner.string();
    request.rows = {{"a dog", {.steps = 10}, "Row 1"}};
    return request;
}

PlannedRun plan_of(const PlanRequest& request) {
    return make_plan(request, source_path("/resources"), "--", {{.id = "cpu", .kind = "cpu"}}, "");
}

std::string refusal(const PlanRequest& request) {
    return error_of([&] { plan_of(request); });
}

bool holds(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

double switch_of(const PlannedRun& run, size_t item = 0) { return image_of(run.items.at(item)).refiner_switch; }

}  // namespace

class TstPlannedRefiner : public QObject {
    Q_OBJECT

    void keep_png(const std::string& name, const std::vector<PngText>& texts) const {
        const std::vector<uint8_t> rgb(size_t{8} * 8 * 3);
        fs::create_directories(root_ / "images");
        replace_file(root_ / "images" / name, encode_png({rgb.data(), 8, 8}, texts));
    }

    void keep_png_of_a1111(const std::string& name, const std::string& more) const {
        keep_png(name, {{parameters_keyword, "a dog\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5" + more}});
    }

    /// Of the images that were kept.
    PlanRequest request_for_images() const {
        PlanRequest request = refined();
        request.refiner.clear();
        request.rows.clear();
        request.models_dirs = {(root_ / "comfy").string()};
        request.list = [this](const ListReading& reading, const TakeRow& take) {
            load_image_prompts(root_ / "images", take, reading);
        };
        return request;
    }

private Q_SLOTS:
    void init() {
        fs::remove_all(root_);
        fs::create_directories(root_ / "comfy/models/checkpoints");
        fs::create_directory_symlink(refiner, root_ / "comfy/models/checkpoints/sd_xl_refiner");
    }

    void theRecipeNamesIt() {
        const PlannedRun run = plan_of(refined());
        QCOMPARE(run.recipe.components.size(), size_t{1});
        const ReplacedComponent& component = run.recipe.components.front();
        QCOMPARE(component.kind, std::string(refiner_kind));
        QCOMPARE(component.name, std::string("sdxl_refiner"));
        QCOMPARE(component.file, refiner.string());
        QCOMPARE(component.hash, component_hash(refiner));
        QCOMPARE(switch_of(run), 0.8);
        QVERIFY(own_recipe(run.items.front().task, run.recipe) == run.recipe);
    }

    void anImageThatDoesWithoutItSaysNothingOfIt() {
        PlanRequest request = refined();
        request.rows.push_back({"a cat", {.steps = 10, .refiner_switch = 1}, "Row 2"});
        const PlannedRun run = plan_of(request);
        QCOMPARE(switch_of(run, 1), 1.0);
        QVERIFY(own_recipe(run.items[1].task, run.recipe).components.empty());
        QVERIFY(std::is_neq(run.items[0].task.batch_order(run.items[1].task)));
    }

    void itIsFoundByItsName() {
        PlanRequest request = refined();
        request.refiner = "sd_xl_refiner";
        request.models_dirs = {(root_ / "comfy").string()};
        QCOMPARE(plan_of(request).recipe.components.front().name, std::string("sd_xl_refiner"));
        request.refiner = "nowhere";
        QVERIFY(holds(refusal(request), "There is no model \"nowhere\""));
    }

    void itsWeightsAndStepsCount() {
        PlanRequest request = refined();
        const PlannedRun run = plan_of(request);
        const ModelDescription with = describe_run(run);
        request.refiner.clear();
        const ModelDescription without = describe_run(plan_of(request));
        QVERIFY(with.refiner.bytes > 1'000'000 && with.refiner.flops > 0);
        QCOMPARE(with.bytes(), without.bytes() + with.refiner.bytes);
        const Workload work = workload_of(run);
        QCOMPARE(work.steps, 8);
        QCOMPARE(work.refined_steps, 2);
        const std::vector<PlanDevice> devices(2, {.id = "cpu", .memory = int64_t{1} << 34, .flops_per_second = 1e10});
        const auto placed = [&](const ModelDescription& model, Mode mode) {
            return predict_placement(model, devices, {.mode = mode}, work);
        };
        for (const Mode mode : {Mode::Replicas, Mode::Sharded})
            QCOMPARE(placed(with, mode).memory.front().weights,
                     placed(without, mode).memory.front().weights + with.refiner.bytes);
        QVERIFY(placed(with, Mode::Replicas).images_per_hour < placed(without, Mode::Replicas).images_per_hour);
        QVERIFY(holds(error_of([&] { placed(with, Mode::Pipelined); }), "cannot be cut into stages"));
    }

    void whatDoesNotFitIsRefused() {
        PlanRequest request = refined();
        request.refiner = base.string();
        QVERIFY(holds(refusal(request), "is a model of Stable Diffusion XL and no refiner"));
        request.refiner = (data / "sd1").string();
        QVERIFY(holds(refusal(request), "is a model of Stable Diffusion 1 or 2 and no refiner"));
        request = refined();
        request.model = (data / "sd1").string();
        QVERIFY(holds(refusal(request), "--refiner: the model sd1 has no use for it"));
        request = refined();
        request.model = refiner.string();
        request.refiner.clear();
        const std::string alone = refusal(request);
        QVERIFY2(holds(alone, "finishes the pictures of another model; give it with --refiner"), alone.c_str());
    }

    void theSwitchIsOfUseOnlyWithOne() {
        PlanRequest request = refined();
        request.parameters["refiner_switch"] = "0.6";
        QCOMPARE(switch_of(plan_of(request)), 0.6);
        request.parameters["refiner_switch"] = "0";
        QVERIFY(holds(refusal(request), "refiner_switch must be above 0"));
        request.parameters["refiner_switch"] = "0.6";
        request.refiner.clear();
        QVERIFY(holds(refusal(request), "--refiner-switch has no effect without a refiner"));
        request.parameters.clear();
        request.rows.front().overrides.refiner_switch = 0.6;
        const PlannedRun run = plan_of(request);
        QCOMPARE(switch_of(run), 1.0);
        QCOMPARE(run.notes.size(), size_t{1});
        QVERIFY(holds(run.notes.front().text(), "the run has no refiner"));
    }

    void theRefinerOfAllImagesIsTakenIfItIsKnown() {
        keep_png_of_a1111("a.png", ", Refiner: sd_xl_refiner [0123456789], Refiner switch at: 0.7");
        const PlannedRun run = plan_of(request_for_images());
        QCOMPARE(run.recipe.components.size(), size_t{1});
        QCOMPARE(switch_of(run), 0.7);
        QCOMPARE(run.notes.size(), size_t{1});
        QCOMPARE(run.notes.front().text(),
                 std::string("The images were made with the refiner \"sd_xl_refiner\", which finishes these, too"));
    }

    void ourOwnImagesTellOfItToo() {
        const PlannedRun made = plan_of(refined());
        Recipe recipe = made.recipe;
        recipe.components.front().name = "sd_xl_refiner";
        keep_png("b.png", image_texts(made.items.front(), recipe));
        const PlannedRun run = plan_of(request_for_images());
        QCOMPARE(run.recipe.components.size(), size_t{1});
        QCOMPARE(switch_of(run), 0.8);
    }

    void anotherRefinerIsNoted() {
        keep_png_of_a1111("a.png", ", Refiner: other [0123456789], Refiner switch at: 0.7");
        const PlannedRun run = plan_of(request_for_images());
        QVERIFY(run.recipe.components.empty());
        QCOMPARE(switch_of(run), 1.0);
        QCOMPARE(run.notes.size(), size_t{1});
        QVERIFY(holds(run.notes.front().text(), "The refiner \"other\" is not used in 1 image"));
    }

    void aReplayFindsItByNameAndHash() {
        PlannedRun made = plan_of(refined());
        made.recipe.model_hash = model_hash(base);
        made.recipe.components.front().name = "sd_xl_refiner";
        made.recipe.components.front().file.clear();
        keep_png("b.png", image_texts(made.items.front(), made.recipe));
        ReplayRequest request;
        request.source = (root_ / "images/b.png").string();
        request.model = base.string();
        request.devices = "cpu";
        request.models_dirs = {(root_ / "comfy").string()};
        const ReplayPlan replay = plan_replay(request, source_path("/resources"));
        QVERIFY(fs::equivalent(replay.plan.recipe.components.front().file, refiner));
        made.recipe.components.front().hash = std::string(64, 'a');
        keep_png("b.png", image_texts(made.items.front(), made.recipe));
        QVERIFY(holds(error_of([&] { plan_replay(request, source_path("/resources")); }),
                      "is not the file that the images were made with"));
    }

    void itIsListedAsWhatItIs() {
        const ListedModel listed = listed_model("sdxl_refiner", refiner);
        QCOMPARE(listed.family, std::string("StableDiffusionXLImg2Img"));
        QVERIFY(holds(listed.problem.text(), "sdxl_refiner is the refiner of Stable Diffusion XL"));
    }

private:
    QTemporaryDir folder_;
    const fs::path root_ = fs::path(folder_.path().toStdString()) / "root";
};

FANLIGHT_TEST(TstPlannedRefiner)
#include "tst_planned_refiner.moc"
