#include <QtTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/output/journal.h"
#include "core/output/manifest.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

ManifestRow dog() {
    ManifestRow row;
    row.item = {.index = 3,
                .row = 1,
                .place = "00003-42-a-dog.png",
                .task = ImageTask{.prompt = "a dog",
                                  .seed = 42,
                                  .steps = 20,
                                  .cfg_scale = 7.5,
                                  .width = 512,
                                  .height = 768,
                                  .sampler = "euler",
                                  .schedule = "default"}};
    set_recipe(row.item, {.model = "starter", .model_hash = "abc", .batch_size = 2, .threads = 4});
    row.made.item = row.item.index;
    row.made.content = ResultFile{row.item.place, "00ff", 123456};
    row.made.device_name = "NVIDIA H100";
    row.made.device_uuid = "GPU-1";
    row.made.worker = 1;
    row.made.seconds = 0.25;
    row.made.finished_at = "2026-01-02T03:04:05Z";
    return row;
}

ManifestRow with_prompt(const std::string& prompt) {
    ManifestRow row = dog();
    row.item.task.edit<ImageTask>().prompt = prompt;
    return row;
}

std::string written(const QTemporaryDir& folder, const std::string& bytes) {
    const std::string file = folder.filePath("manifest.jsonl").toStdString();
    replace_file(file, bytes);
    return file;
}

const char* header =
    "index,row,file,prompt,negative_prompt,seed,steps,cfg_scale,width,height,sampler,schedule,clip_skip,model,model_"
    "hash,"
    "dtype,device_kind,batch_size,threads,loras,sha256,bytes,device_name,device_uuid,worker,"
    "seconds,finished_at\n";

}  // namespace

class ManifestTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void csvIsPinned() {
        QCOMPARE(
            manifest_csv({dog()}),
            header + std::string("3,1,00003-42-a-dog.png,a dog,,42,20,7.5,512,768,euler,default,0,starter,abc,float32,"
                                 "cpu,2,4,,00ff,123456,NVIDIA H100,GPU-1,1,0.25,2026-01-02T03:04:05Z\n"));
        QCOMPARE(manifest_csv({}), std::string(header));
    }

    void anEmphasisReadsBackAndIsLiteralInOlderOnes() {
        QTemporaryDir folder;
        ManifestRow row = dog();
        row.item.task.edit<ImageTask>().emphasis = Emphasis::NoNorm;
        std::string line = manifest_jsonl({row});
        QVERIFY(image_of(read_manifest_jsonl(written(folder, line)).at(0).item).emphasis == Emphasis::NoNorm);
        QVERIFY(manifest_csv({dog(), row})
                    .starts_with("index,row,file,prompt,negative_prompt,seed,steps,cfg_scale,width,height,sampler,"
                                 "schedule,clip_skip,emphasis,cut_tokens,model,"));
        const std::string key = R"("emphasis":"no-norm","cut_tokens":0,)";
        QVERIFY_THROWS_EXCEPTION(
            Error, read_manifest_jsonl(written(folder, std::string(line).replace(line.find("no-norm"), 7, "strong"))));
        const std::string cut = std::string(line).replace(line.find(key), key.size(), R"("cut_tokens":5,)");
        QCOMPARE(image_of(read_manifest_jsonl(written(folder, cut)).at(0).item).prompt_layout().cut_tokens, 5);
        line.erase(line.find(key), key.size());
        QVERIFY(image_of(read_manifest_jsonl(written(folder, line)).at(0).item).emphasis == Emphasis::Literal);
    }

    void whatIsNotUsualHasColumnsAndReadsBack() {
        QTemporaryDir folder;
        ManifestRow row = dog();
        auto& image = row.item.task.edit<ImageTask>();
        image.sampler = "ddim";
        image.eta = 0.5;
        const std::string line = manifest_jsonl({dog(), row});
        QVERIFY(line.find(R"("clip_skip":0,"eta":null,"model")") != std::string::npos);
        QVERIFY(line.find(R"("clip_skip":0,"eta":0.5,"model")") != std::string::npos);
        const auto read = read_manifest_jsonl(written(folder, line));
        QVERIFY(!image_of(read.at(0).item).eta && image_of(read.at(1).item) == image_of(row.item));
        image.eta.reset();
        image.rescale_cfg = 0.7;
        image.cfg_end = 0.5;
        image.true_cfg_scale = 2.5;
        image.cfg_floor = most_cfg_scale;
        image.shift = 3;
        image.subseed = 7;
        image.subseed_strength = 0.5;
        image.refiner_switch = 0.8;
        image.prompt_2 = "a cat, in oil";
        image.negative_prompt_2 = "grey";
        image.steps = 2;
        image.timesteps = Shared(Timesteps{999, 499});
        const std::string table = manifest_csv({dog(), row});
        QVERIFY(table.find("clip_skip,true_cfg_scale,shift,rescale_cfg,cfg_end,cfg_floor,subseed,subseed_strength,"
                           "refiner_switch,timesteps,prompt_2,negative_prompt_2,model") != std::string::npos);
        QVERIFY(table.find("\"999,499\"") != std::string::npos);
        const auto again = read_manifest_jsonl(written(folder, manifest_jsonl({row})));
        QVERIFY(image_of(again.at(0).item) == image_of(row.item));
    }

    /// A replay makes pictures of flows, and of networks that take the scale as an input, from the manifest alone.
    void howTheModelIsGuidedIsReadBack() {
        const QTemporaryDir folder;
        ManifestRow row = dog();
        for (const double floor : {0.0, 1.0, most_cfg_scale}) {
            row.item.task.edit<ImageTask>().cfg_floor = floor;
            const auto read = read_manifest_jsonl(written(folder, manifest_jsonl({row})));
            QCOMPARE(image_of(read.at(0).item).cfg_floor, floor);
        }
        std::string line = manifest_jsonl({row});
        line.replace(line.find("\"cfg_floor\":100"), 15, "\"cfg_floor\":50");
        QVERIFY_THROWS_EXCEPTION(Error, read_manifest_jsonl(written(folder, line)));
    }

    void jsonLinesArePinned() {
        QCOMPARE(manifest_jsonl({dog()}),
                 std::string(
                     R"({"index":3,"row":1,"file":"00003-42-a-dog.png","prompt":"a dog","negative_prompt":"",)"
                     R"("seed":42,"steps":20,"cfg_scale":7.5,"width":512,"height":768,"sampler":"euler",)"
                     R"("schedule":"default","clip_skip":0,"model":"starter","model_hash":"abc",)"
                     R"("dtype":"float32","device_kind":"cpu","batch_size":2,"threads":4,"loras":[],"sha256":"00ff",)"
                     R"("bytes":123456,"device_name":"NVIDIA H100","device_uuid":"GPU-1","worker":1,)"
                     R"("seconds":0.25,"finished_at":"2026-01-02T03:04:05Z"})"
                     "\n"));
        QCOMPARE(manifest_jsonl({}), std::string());
    }

    void csvQuotesAsTheRfcSays_data() {
        QTest::addColumn<std::string>("prompt");
        QTest::addColumn<std::string>("cell");
        QTest::newRow("comma") << std::string("a, b") << std::string("\"a, b\"");
        QTest::newRow("quote") << std::string("a \"b\"") << std::string("\"a \"\"b\"\"\"");
        QTest::newRow("newline") << std::string("a\nb") << std::string("\"a\nb\"");
        QTest::newRow("carriage return") << std::string("a\rb") << std::string("\"a\rb\"");
        QTest::newRow("blank ends") << std::string(" a ") << std::string("\" a \"");
        QTest::newRow("formula stays") << std::string("=1+1") << std::string("=1+1");
        QTest::newRow("Arabic and emoji") << std::string("قطة 🐈") << std::string("قطة 🐈");
    }

    void csvQuotesAsTheRfcSays() {
        QFETCH(std::string, prompt);
        QFETCH(std::string, cell);
        const std::string csv = manifest_csv({with_prompt(prompt)});
        QVERIFY2(csv.find(".png," + cell + ",,42") != std::string::npos, csv.c_str());
    }

    void whatTheNetworkPredictsIsReadBack() {
        const QTemporaryDir folder;
        ManifestRow row = dog();
        Recipe recipe = row.recipe();
        recipe.prediction = "v_prediction";
        recipe.zero_snr = true;
        recipe.vae_tiling = true;
        set_recipe(row.item, recipe);
        QVERIFY(read_manifest_jsonl(written(folder, manifest_jsonl({row}))) == std::vector{row});
        QVERIFY(manifest_csv({row}).find(",loras,prediction,zero_snr,vae_tiling,sha256,") != std::string::npos);
        QVERIFY(manifest_csv({row}).find(",4,,v_prediction,true,true,00ff,") != std::string::npos);
    }

    void textsThatTheCpuHasReadAreReadBack() {
        const QTemporaryDir folder;
        ManifestRow row = dog();
        Recipe recipe = row.recipe();
        recipe.device_kind = "cuda";
        recipe.text_device_kind = "cpu";
        set_recipe(row.item, recipe);
        QVERIFY(read_manifest_jsonl(written(folder, manifest_jsonl({row}))) == std::vector{row});
        QVERIFY(manifest_csv({row}).find(",loras,text_device_kind,sha256,") != std::string::npos);
    }

    void lorasAreToldWithoutTheirPlaces() {
        const QTemporaryDir folder;
        ManifestRow row = dog();
        Recipe recipe = row.recipe();
        recipe.loras = {{"ink", "/home/me/ink.safetensors", "ab", "cd", 0.5}};
        set_recipe(row.item, recipe);
        write_manifest(folder.path().toStdString(), {row});
        const std::string told = "{\"data_hash\":\"cd\",\"hash\":\"ab\",\"name\":\"ink\",\"weight\":0.5}";
        QVERIFY(manifest_jsonl({row}).find("\"loras\":[" + told + "]") != std::string::npos);
        QVERIFY(manifest_csv({row}).find("2,4,\"[{\"\"data_hash\"\":\"\"cd\"\"") != std::string::npos);
        recipe.loras.front().file.clear();
        set_recipe(row.item, recipe);
        QVERIFY(read_manifest_jsonl(folder.filePath("manifest.jsonl").toStdString()) == std::vector{row});
    }

    void componentsAreToldWithoutTheirPlaces() {
        const QTemporaryDir folder;
        ManifestRow row = dog();
        Recipe recipe = row.recipe();
        recipe.components = {{vae_kind, "a.safetensors", "/home/me/a.safetensors", "ab"}};
        set_recipe(row.item, recipe);
        write_manifest(folder.path().toStdString(), {row});
        const std::string told = R"("components":[{"hash":"ab","kind":"vae","name":"a.safetensors"}])";
        QVERIFY(manifest_jsonl({row}).find(told) != std::string::npos);
        QVERIFY(manifest_csv({row}).find(",loras,components,sha256,") != std::string::npos);
        recipe.components.front().file.clear();
        set_recipe(row.item, recipe);
        QVERIFY(read_manifest_jsonl(folder.filePath("manifest.jsonl").toStdString()) == std::vector{row});
    }

    void embeddingsAreToldWithoutTheirPlaces() {
        const QTemporaryDir folder;
        ManifestRow row = dog();
        Recipe recipe = row.recipe();
        recipe.embeddings = {{"moss", "/home/me/moss.safetensors", "ab"}};
        set_recipe(row.item, recipe);
        write_manifest(folder.path().toStdString(), {row});
        QVERIFY(manifest_jsonl({row}).find(R"("embeddings":[{"hash":"ab","name":"moss"}])") != std::string::npos);
        QVERIFY(manifest_csv({row}).find(",loras,embeddings,sha256,") != std::string::npos);
        recipe.embeddings.front().file.clear();
        set_recipe(row.item, recipe);
        QVERIFY(read_manifest_jsonl(folder.filePath("manifest.jsonl").toStdString()) == std::vector{row});
    }

    void aRowTellsOfTheEmbeddingsThatItCalls() {
        Item item = dog().item;
        Recipe recipe = recipe_of(item);
        recipe.embeddings = {{"moss", "", "ab"}, {"fern", "", "cd"}};
        set_recipe(item, recipe);
        item.task.edit<ImageTask>().layout = Shared(PromptLayout{.embeddings = {"fern"}});
        const ManifestRow row = manifest_row(item, dog().made);
        QVERIFY(row.recipe().embeddings == std::vector<NamedEmbedding>({{"fern", "", "cd"}}));
    }

    void manifestsFromBeforeLorasAreRead() {
        const QTemporaryDir folder;
        Json record = Json::parse(manifest_jsonl({dog()}));
        record.erase("loras");
        QVERIFY(read_manifest_jsonl(written(folder, to_line(record))) == std::vector{dog()});
    }

    void bothFilesAreWrittenAndReadBack() {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        std::vector<ManifestRow> rows = {dog(), with_prompt("قطة, \"🐈\"\nline"), with_prompt("")};
        rows[1].item.task.edit<ImageTask>().seed = 18446744073709551615u;
        rows[2].made.seconds = 1.0 / 3;
        write_manifest(path, {dog()});
        write_manifest(path, rows);
        QVERIFY(read_manifest_jsonl(path / "manifest.jsonl") == rows);
        QCOMPARE(read_file(path / "manifest.csv"), manifest_csv(rows));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden),
                 QStringList({"manifest.csv", "manifest.jsonl"}));
    }

    void whatCannotBeIsRefused_data() {
        QTest::addColumn<QString>("old");
        QTest::addColumn<QString>("replacement");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* old, const char* replacement, const char* sentence) {
            QTest::newRow(replacement) << old << replacement << sentence;
        };
        const char* name = "\"00003-42-a-dog.png\"";
        row(name, "\"../outside.png\"", "\"../outside.png\" is not a plain file name");
        row(name, "\"/abs/x.png\"", "\"/abs/x.png\" is not a plain file name");
        row(name, "\"\"", "\"\" is not a plain file name");
        row(name, "\"a\\u0000b\"", "\"a\\x00b\" is not a plain file name");
        row("\"width\":512", "\"width\":20000", "width must be a multiple of 8 from 8 to 16384");
        row("\"width\":512", "\"width\":512.5", "\"width\" must be a whole number");
        row("\"seed\":42", "\"seed\":-1", "\"seed\" must be a whole number from 0");
        row("\"steps\":20", "\"steps\":true", "\"steps\" has the wrong type (boolean)");
        row("\"batch_size\":2", "\"batch_size\":0", "batch_size must be a whole number from 1");
        row("\"threads\":4", "\"threads\":1000000000", "threads must be a whole number from 1");
        row("\"loras\":[]", "\"loras\":[{\"name\":\"a\"}]", ", loras: \"hash\" is missing");
    }
    void whatCannotBeIsRefused() {
        QFETCH(QString, old);
        QFETCH(QString, replacement);
        QFETCH(QString, sentence);
        const QTemporaryDir folder;
        QString line = QString::fromStdString(manifest_jsonl({dog()}));
        QVERIFY(line.contains(old));
        QString said = "it was taken";
        try {
            read_manifest_jsonl(written(folder, line.replace(old, replacement).toStdString()));
        } catch (const Error& error) {
            said = error.what();
        }
        QVERIFY2(said.contains("manifest.jsonl (record 1)") && said.contains(sentence), qPrintable(said));
    }

    void unknownKeysAndBlankLinesArePassedOver() {
        const QTemporaryDir folder;
        Json record = Json::parse(manifest_jsonl({dog()}));
        record["new_column"] = 1;
        QVERIFY(read_manifest_jsonl(written(folder, "\n" + to_line(record) + "\r\n\n")) == std::vector{dog()});
    }

    void badRecordsAreRefused_data() {
        QTest::addColumn<std::string>("key");
        QTest::addColumn<std::string>("value");
        QTest::newRow("text for a number") << std::string("steps") << std::string("\"20\"");
        QTest::newRow("number for a text") << std::string("prompt") << std::string("1");
        QTest::newRow("LoRAs of text") << std::string("loras") << std::string("\"ink\"");
        QTest::newRow("a LoRA without a hash") << std::string("loras") << std::string("[{\"name\":\"ink\"}]");
        QTest::newRow("null") << std::string("file") << std::string("null");
        QTest::newRow("negative seed") << std::string("seed") << std::string("-1");
        QTest::newRow("fractional steps") << std::string("steps") << std::string("1.5");
        QTest::newRow("beyond int") << std::string("width") << std::string("4294967808");
        QTest::newRow("beyond uint64") << std::string("seed") << std::string("18446744073709551616");
    }

    void badRecordsAreRefused() {
        QFETCH(std::string, key);
        QFETCH(std::string, value);
        const QTemporaryDir folder;
        Json record = Json::parse(manifest_jsonl({dog()}));
        record[key] = Json::parse(value);
        const std::string file = written(folder, manifest_jsonl({dog()}) + to_line(record));
        try {
            read_manifest_jsonl(file);
            QFAIL("accepted");
        } catch (const Error& error) {
            const std::string sentence = error.what();
            QVERIFY2(sentence.find("manifest.jsonl (record 2)") != std::string::npos, error.what());
            QVERIFY2(sentence.find(key) != std::string::npos, error.what());
        }
    }

    void missingKeysAndBrokenLinesAreRefused() {
        const QTemporaryDir folder;
        QVERIFY_EXCEPTION_THROWN(read_manifest_jsonl(written(folder, "{}")), Error);
        QVERIFY_EXCEPTION_THROWN(read_manifest_jsonl(written(folder, "[1]")), Error);
        const std::string line = manifest_jsonl({dog()});
        QVERIFY_EXCEPTION_THROWN(read_manifest_jsonl(written(folder, line.substr(0, line.size() / 2))), Error);
    }
};

FANLIGHT_TEST(ManifestTest)
#include "tst_manifest.moc"
