// Pictures of prompts in A1111's syntax against its arithmetic (tests/golden/prompt_syntax.py), float32 on the CPU, and
// the same bytes in every mode and beside any neighbour.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/batch/prompt_syntax.h"
#include "core/families/prompt_layouts.h"
#include "core/families/stable_diffusion/kind.h"
#include "core/families/stable_diffusion_xl/kind.h"
#include "core/pipelines/unet_denoiser.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/");

Json cases_of(const std::string& model) { return read_json_file(data + "prompt_syntax/" + model + ".json"); }

Weights golden(const std::string& model) { return Weights::open(data + "prompt_syntax/" + model + ".safetensors", {}); }

/// As a plan would have it.
Task laid_out(ImageTask image, const std::string& model = "sd1") {
    Task task = std::move(image);
    PromptLayouts(data + "pipelines/" + model).set(task, "Row 1");
    return task;
}

ImageTask image_of(const std::string& prompt, const std::string& negative = "bad", uint64_t seed = 3) {
    return {.prompt = prompt,
            .negative_prompt = negative,
            .seed = seed,
            .steps = 4,
            .cfg_scale = 6,
            .width = 32,
            .height = 32,
            .sampler = "euler_ancestral",
            .schedule = "default",
            .emphasis = Emphasis::Original};
}

ImageTask image_of_case(const Json& spec) {
    ImageTask image = image_of(spec["prompt"].get<std::string>(), spec["negative_prompt"].get<std::string>(), 40);
    image.prompt_2 = spec.value("prompt_2", "");
    image.negative_prompt_2 = spec.value("negative_prompt_2", "");
    image.steps = spec["steps"];
    image.cfg_scale = spec["cfg_scale"];
    image.sampler = spec["sampler"].get<std::string>();
    image.clip_skip = spec["clip_skip"];
    image.emphasis = find_emphasis(spec["emphasis"].get<std::string>())->emphasis;
    return image;
}

const std::string several(const std::string& word, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += word + " ";
    return text;
}

ImageTask image_of_two_texts() {
    ImageTask image = image_of("a (red:1.4) dog", several("bad", 80));
    image.prompt_2 = "[ink:an (oil:1.2) BREAK painting:2]";
    image.negative_prompt_2 = "grey";
    return image;
}

/// One of each form, in a batch of its own.
std::vector<ImageTask> forms(const std::string& model) {
    std::vector<ImageTask> forms = {image_of("a (red:1.4) [dog]"), image_of("[dog|cat BREAK owl]"),
                                    image_of(several("dog", 80)),
                                    image_of("a [dog:cat:0.5]", several("(bad:1.2)", 80))};
    if (model == "sdxl") forms.push_back(image_of_two_texts());
    return forms;
}

}  // namespace

class TstPromptSyntaxPictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
    }

    void picturesAreThoseOfA1111_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("number");
        for (const char* model : {"sd1", "sd2", "sdxl"}) {
            const Json cases = cases_of(model);
            for (size_t i = 0; i < cases.size(); ++i)
                QTest::addRow("%s %zu %.40s %s", model, i, cases[i]["prompt"].get<std::string>().c_str(),
                              cases[i]["emphasis"].get<std::string>().c_str())
                    << QString(model) << static_cast<int>(i);
        }
    }
    void picturesAreThoseOfA1111() {
        QFETCH(QString, model);
        QFETCH(int, number);
        const c10::InferenceMode inference;
        const std::string name = model.toStdString();
        const Json spec = cases_of(name)[static_cast<size_t>(number)];
        const Task task = laid_out(image_of_case(spec), name);
        const auto& image = task.as<ImageTask>();
        const auto& chunks = image.prompt_layout().chunks;
        const ChunkCounts first = chunks.empty() ? ChunkCounts{} : chunks.front();
        QVERIFY(Json({first.positive, first.negative}) == spec["first_chunks"]);

        const at::Tensor pixels = golden(name).take("image." + std::to_string(number), {1, 32, 32, 3});
        const at::Tensor drawn = pictures_of(pipeline(name), {task}).images();
        const int off = (drawn.to(at::kInt) - pixels.to(at::kInt)).abs().max().item<int>();
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        const bool has_effect = image.emphasis != Emphasis::Literal && image.emphasis != Emphasis::Ignore;
        ImageTask literal = image;
        literal.emphasis = Emphasis::Literal;
        literal.layout = {};
        if (has_effect) QVERIFY(!at::equal(drawn, pictures_of(pipeline(name), {literal}).images()));
    }

    void embeddingsAreThoseOfA1111() {
        const c10::InferenceMode inference;
        for (const auto& [model, family] : {std::pair<std::string, const UNetFamily&>("sd1", stable_diffusion_kind()),
                                            {"sd2", stable_diffusion_kind()},
                                            {"sdxl", stable_diffusion_xl_kind()}}) {
            const ModelFolder folder(data + "pipelines/" + model);
            const TextWidths widths = text_widths(folder.files(), family.encoders);
            ClipConditioner conditioner(folder, {}, family.encoders, widths.hidden);
            const Json cases = cases_of(model);
            for (size_t i = 0; i < cases.size(); ++i) {
                const ImageTask image = image_of_case(cases[i]);
                const auto first_text = [&](const std::string& prompt) {
                    return scheduled_texts(prompt, image.emphasis, image.steps).front().text;
                };
                RowText text{first_text(image.prompt), image.emphasis, image.clip_skip};
                if (!image.prompt_2.empty()) text.second = first_text(image.prompt_2);
                const Conditioning read = conditioner.conditioning_of({text});
                const auto verify = [&, name = model](const at::Tensor& actual, const std::string& key) {
                    const at::Tensor expected = golden(name).take(key + std::to_string(i), actual.sizes());
                    const double off = (actual - expected).abs().max().item<double>();
                    QVERIFY2(off < 1e-4, (name + " " + key + std::to_string(i) + ": " + std::to_string(off)).c_str());
                };
                QCOMPARE(read.context.size(2), widths.hidden);
                verify(read.context, "text.");
                QCOMPARE(read.pooled.defined(), widths.pooled > 0);
                if (widths.pooled > 0) verify(read.pooled, "pooled.");
            }
        }
    }

    void aPictureDoesNotDependOnItsNeighbours_data() { everyModel(); }
    void aPictureDoesNotDependOnItsNeighbours() {
        QFETCH(QString, model);
        const std::string name = model.toStdString();
        const c10::InferenceMode inference;
        for (const ImageTask& form : forms(name)) {
            const Task task = laid_out(form, name);
            // Other texts of equal lengths, and other syntax.
            ImageTask other = task.as<ImageTask>(), third = other;
            other.seed = 11;
            if (other.negative_prompt == "bad") other.negative_prompt = "worse";
            third.seed = 12;
            third.cfg_scale = 9;
            const at::Tensor first = pictures_of(pipeline(name), {task, laid_out(other, name), laid_out(third, name)})
                                         .images(),
                             second = pictures_of(pipeline(name), {laid_out(third, name), task, task}).images();
            QVERIFY(at::equal(first[0], second[1]));
            QVERIFY(at::equal(first[0], second[2]));
            QVERIFY(at::equal(first[2], second[0]));
        }
        // A literal prompt beside a weighted one of the same length.
        const Task plain = laid_out(image_of("a dog"), name),
                   weighted = laid_out(image_of("a (dog:1.3)", "(bad:2)"), name);
        QVERIFY(std::is_eq(plain.batch_order(weighted)));
        QVERIFY(at::equal(pictures_of(pipeline(name), {plain, weighted, plain}).images()[0],
                          pictures_of(pipeline(name), {plain, plain, plain}).images()[0]));
    }

    void otherLengthsMakeAnotherMicroBatch() {
        const Task one = laid_out(image_of("(a:1.1)")), two = laid_out(image_of("a BREAK b")),
                   negative = laid_out(image_of("(a:1.1)", "a BREAK b")), later = laid_out(image_of("[a:a BREAK b:2]")),
                   other = laid_out(image_of("[b:(c) BREAK d:2]"));
        QVERIFY(std::is_neq(one.batch_order(two)) && std::is_neq(one.batch_order(negative)));
        QVERIFY(std::is_neq(two.batch_order(negative)) && std::is_neq(two.batch_order(later)));
        QVERIFY(std::is_eq(later.batch_order(other)));
    }

    void everyModeMakesTheSameBytes_data() { everyModel(); }
    void everyModeMakesTheSameBytes() {
        QFETCH(QString, model);
        const std::string name = model.toStdString(), folder = data + "pipelines/" + name;
        const c10::InferenceMode inference;
        const auto layers = static_cast<int64_t>(load_unet(ModelFolder(folder), {}).layers().size());
        const auto stages = stages_here(folder, layers, {layers / 2});
        Weights::Placement offloaded;
        offloaded.device_map.emplace_back("", "disk");
        const auto fetched = load_pipeline(folder, offloaded);
        std::vector<std::vector<Task>> batches;
        for (const ImageTask& form : forms(name)) batches.push_back({laid_out(form, name), laid_out(form, name)});
        const std::vector<at::Tensor> in_stages = send_round(stages, batches);
        for (size_t i = 0; i < batches.size(); ++i) {
            const at::Tensor whole = pictures_of(pipeline(name), batches[i]).images();
            QVERIFY(at::equal(in_stages[i], whole));
            QVERIFY(at::equal(pictures_of(*fetched, batches[i]).images(), whole));
        }
    }

    void threadsDoNotChangeAWeightedPicture() {
        const c10::InferenceMode inference;
        const Task task = laid_out(image_of("a (red:1.7) hat BREAK [dog]"));
        const at::Tensor before = pictures_of(data + "pipelines/sd1", {task}).images();
        const int threads = at::get_num_threads();
        at::set_num_threads(threads == 1 ? 3 : 1);
        const at::Tensor after = pictures_of(data + "pipelines/sd1", {task}).images();
        at::set_num_threads(threads);
        QVERIFY(at::equal(before, after));
    }

    void onlyChangesAreSentToTheNextStage() {
        const c10::InferenceMode inference;
        const auto layers = static_cast<int64_t>(load_unet(ModelFolder(data + "pipelines/sd1"), {}).layers().size());
        const auto stages = stages_here(data + "pipelines/sd1", layers, {layers / 2});
        const Task task = laid_out(image_of("[dog|cat]"));  // dog, dog, cat, dog
        const auto first = stages[0].pipeline->open({task}), last = stages[1].pipeline->open({task});
        QList<bool> sent;
        std::optional<NamedTensors> input = last->begin();
        for (size_t i = 0; input; ++i) {
            NamedTensors between = first->run(i, std::move(*input)).value();
            sent << between.has("conditioning.context");
            input = last->run(i, std::move(between));
        }
        QCOMPARE(sent, (QList<bool>{true, false, true, true}));
    }

    void aModelWithOneEncoderReadsNoSecondPrompt() {
        ImageTask image = image_of("a dog");
        image.emphasis = Emphasis::Literal;
        pipeline("sd1").open({image});
        image.prompt_2 = "in oil";
        QVERIFY_THROWS_EXCEPTION(Error, pipeline("sd1").open({image}));
    }

    void chunksThatAreNotThoseOfThePlanAreRefused() {
        ImageTask image = image_of("a BREAK b");
        QVERIFY_THROWS_EXCEPTION(Error, pipeline("sd1").open({image}));
        image.layout = Shared(PromptLayout{.chunks = {{4, 3, 1}}});
        QVERIFY_THROWS_EXCEPTION(Error, pipeline("sd1").open({image}));
        image.layout = Shared(PromptLayout{.chunks = {{4, 2, 1}}});
        pipeline("sd1").open({image});
        image.emphasis = Emphasis::Literal;
        QVERIFY_THROWS_EXCEPTION(Error, pipeline("sd1").open({image}));
    }

private:
    static void everyModel() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"sd1", "sdxl"}) QTest::newRow(model) << model;
    }

    static Pipeline& pipeline(const std::string& model) {
        static std::map<std::string, std::unique_ptr<Pipeline>> loaded;
        auto& entry = loaded[model];
        if (!entry) entry = load_pipeline(data + "pipelines/" + model, {});
        return *entry;
    }
};

FANLIGHT_TEST(TstPromptSyntaxPictures)
#include "tst_prompt_syntax_pictures.moc"
