#include <QRegularExpression>
#include <QTest>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// An option and what shows that it has an effect: the command does something else with `words` than without them, in
/// both cases after `before`. Or else the test "file.case" that shows it.
struct Option {
    QStringList commands;
    QString name;
    QStringList words;
    QStringList before = {};
    QString shown_by = {};
};

const QStringList images = {"generate"}, texts = {"text"}, labels = {"classify"}, scores = {"score"};
const QStringList makers = {"generate", "text", "classify", "score"};
const QStringList all = makers + QStringList{"plan"};
const QStringList on_images = {"generate", "plan"}, of_records = {"text", "classify", "score"};
const QStringList pipelined = {"--mode", "pipelined", "--devices", "cpu,cpu"};
const QStringList planned_text = {"-m", "starter-text"};
const QString models = source_path("/tests/golden/data/");
const QStringList like_sd_xl = {"-m", models + "pipelines/sdxl"};
const QStringList like_z_image = {"-m", models + "pipelines/z_image", "-W", "32", "-H", "32"};

/// What all commands that make something have, and plan, which takes their words to say how they would do.
QList<Option> of_all() {
    return {
        {all, "PROMPT", {"a dog"}},
        {all, "--prompts", {"-p", "list.csv"}},
        {all, "--columns", {"--columns", "caption=prompt"}, {"-p", "foreign.csv"}},
        {all, "--ignore-columns", {"--ignore-columns"}, {"-p", "more.csv"}},
        {all, "--model", {"-m", "nowhere"}},
        {all, "--models-dir", {"--models-dir", "nowhere"}},
        {makers, "--dtype", {"--dtype", "bfloat16"}},
        {{"plan"}, "--dtype", {"--dtype", "float32"}},
        {all, "--tf32", {"--tf32"}},
        {all, "--devices", {"--devices", "cpu,cpu"}},
        {all, "--reserve-memory", {"--reserve-memory", "1GB"}},
        {makers, "--threads", {"--threads", "37"}},
        {{"plan"}, "--threads", {"--threads", "none"}},
        {all, "--split", {"--split", "even"}, {"--devices", "cpu,cpu", "-p", "four.txt"}},
        {all, "--apply-padding", {"--apply-padding"}, {"--devices", "cpu,cpu", "--split", "even", "-p", "four.txt"}},
        {all, "--batch-size", {"--batch-size", "3"}},
        {all, "--mode", {"--mode", "sharded"}},
        {all, "--device-map", {"--device-map", "nowhere.json"}, {"--mode", "sharded"}},
        {all, "--max-memory", {"--max-memory", "cpu=10KB"}, pipelined},
        {all, "--stages", {"--stages", "1"}, pipelined},
        {all, "--split-points", {"--split-points", "nowhere"}, pipelined},
        {all, "--num-chunks", {"--num-chunks", "1"}, pipelined + QStringList{"-p", "four.txt"}},
        {makers, "--gather-output", {"--gather-output"}, pipelined},
        {{"plan"}, "--gather-output", {"--gather-output"}},  // as the others refuse it without a pipeline
        {all, "--replicas", {"--replicas", "2"}, pipelined},
        {makers, "--output", {"-o", "elsewhere"}, {}, "tst_texts.rowsComeInOrderOnStandardOutput"},
        {makers, "--resume", {"--resume", "nowhere"}, {}, "tst_older_run_folders.whatWasLeftIsMade"},
        {makers, "--dry-run", {"--dry-run"}, {}, "tst_auto_batch_size.aDryRunSaysWhichAndWhy"},
        {makers, "--gather", {"--gather"}, {}, "tst_launchers.gatherBringsAContactSheet"},
        {makers, "--prepare", {"--prepare"}, {}, "tst_launchers.theWorkerAloneMakesTheSameBytes"},
        {makers, "--num-machines", {"--num-machines", "2"}, pipelined + QStringList{"--stages", "4"}},
        {makers, "--num-processes", {"--num-processes", "3"}, pipelined},
        {makers, "--json", {"--json"}},
        {makers, "--quiet", {"--quiet"}, {}, "tst_auto_batch_size.whoWantsNothingSaidHearsNothing"},
        {of_records, "--csv", {"--csv"}},
    };
}

QList<Option> of_images() {
    return {
        {images, "--prediction", {"--prediction", "epsilon"}},
        {{"plan"}, "--prediction", {"--prediction", "epsilon"}, planned_text},
        {images, "--remake-culled", {"--remake-culled"}, {}, "tst_culled.culledImagesAreRemadeWhenAskedFor"},
        {on_images, "--lora", {"--lora", "nowhere.safetensors"}},
        {on_images, "--transformer", {"--transformer", "nowhere.safetensors"}},
        {on_images, "--vae", {"--vae", "nowhere.safetensors"}},
        {images, "--vae-tiling", {"--vae-tiling"}, {}, "tst_components.tilesAreTheSameInEveryModeAndInAReplay"},
        {{"plan"}, "--vae-tiling", {"--vae-tiling"}, {"-W", "1024", "-H", "1024"}},
        {images, "--on-oom", {"--on-oom", "any"}, {}, "tst_short_memory.tilesAreTriedFirst"},
        {{"plan"}, "--on-oom", {"--on-oom", "any"}, planned_text},
        {images, "--weights", {"--weights", "packed"}, {}, "tst_z_image.packedWeightsMakeTheSameBytesInEveryMode"},
        {{"plan"}, "--weights", {"--weights", "packed"}, planned_text},
        {on_images, "--text-device", {"--text-device", "cuda:7"}},
        {on_images, "--cfg-devices", {"--cfg-devices", "cpu,cpu"}, like_z_image + QStringList{"--cfg-scale", "4"}},
        {images, "--cache-embeddings", {"--cache-embeddings"}, {}, "tst_encoded_prompts.everyModeMakesTheSameBytes"},
        {{"plan"}, "--cache-embeddings", {"--cache-embeddings"}},
        {on_images, "--text-encoder", {"--text-encoder", "nowhere.safetensors"}},
        {on_images, "--refiner", {"--refiner", "nowhere.safetensors"}},
        {on_images, "--refiner-switch", {"--refiner-switch", "0.7"}},  // refused without a refiner
        {images, "--negative-prompt", {"-n", "a dog"}},
        {{"plan"}, "--negative-prompt", {"-n", "a dog"}, planned_text},
        {images, "--prompt-2", {"--prompt-2", "a cat"}, like_sd_xl},
        {images, "--negative-prompt-2", {"--negative-prompt-2", "a dog"}, like_sd_xl},
        {{"plan"}, "--prompt-2", {"--prompt-2", "a cat"}, planned_text},
        {{"plan"}, "--negative-prompt-2", {"--negative-prompt-2", "a dog"}, planned_text},
        {images, "--style", {"--style", "nowhere"}},
        {{"plan"}, "--style", {"--style", "nowhere"}},
        {images, "--prefix", {"--prefix", "a photo of"}, {"a dog"}},
        {images, "--suffix", {"--suffix", "in ink"}, {"a dog"}},
        {{"plan"}, "--prefix", {"--prefix", "a photo of"}, planned_text},  // which refuses it
        {{"plan"}, "--suffix", {"--suffix", "in ink"}, planned_text},
        {on_images, "--steps", {"--steps", "3"}},
        {on_images, "--cfg-scale", {"--cfg-scale", "1"}},
        {on_images, "--true-cfg-scale", {"--true-cfg-scale", "4"}},  // refused by models that take none
        {on_images, "--width", {"-W", "64"}},
        {on_images, "--height", {"-H", "64"}},
        {on_images, "--images-per-prompt", {"--images", "2"}},
        {images, "--sampler", {"--sampler", "euler"}},
        {images, "--schedule", {"--schedule", "trailing"}},
        {images, "--eta", {"--eta", "0.5"}, {"--sampler", "euler_ancestral"}},
        {images, "--rescale-cfg", {"--rescale-cfg", "0.7"}},
        {images, "--cfg-end", {"--cfg-end", "0.5"}},
        {images, "--subseed", {"--subseed", "7"}, {"--subseed-strength", "0.2"}},
        {images, "--subseed-strength", {"--subseed-strength", "0.2"}},
        {images, "--timesteps", {"--timesteps", "999,499"}, {"--sampler", "euler"}},
        {images, "--clip-skip", {"--clip-skip", "1"}},
        {images, "--original-size", {"--original-size", "128x96"}, like_sd_xl},
        {images, "--crop", {"--crop", "64,0"}, like_sd_xl},
        {images, "--shift", {"--shift", "6"}, like_z_image},
        {images, "--emphasis", {"--emphasis", "ignore"}, {"a (red:1.3) cat"}},
        {images, "--literal", {"--literal"}, {"a (red:1.3) cat"}},
        {images, "--name-pattern", {"--name-pattern", "[seed]"}},
        {images, "--seed", {"--seed", "3"}},
        {images, "--same-seed", {"--same-seed"}, {"a dog"}},
        // What changes nothing in a plan is checked, so that it may be given wherever generate takes it.
        {{"plan"}, "--sampler", {"--sampler", "best"}},
        {{"plan"}, "--schedule", {"--schedule", "best"}},
        {{"plan"}, "--eta", {"--eta", "2"}},
        {{"plan"}, "--shift", {"--shift", "0"}},
        {{"plan"}, "--rescale-cfg", {"--rescale-cfg", "much"}},
        {{"plan"}, "--cfg-end", {"--cfg-end", "soon"}},
        {{"plan"}, "--subseed", {"--subseed", "any"}},
        {{"plan"}, "--subseed-strength", {"--subseed-strength", "2"}},
        {{"plan"}, "--timesteps", {"--timesteps", "1,2"}},
        {{"plan"}, "--clip-skip", {"--clip-skip", "many"}},
        {{"plan"}, "--original-size", {"--original-size", "large"}},
        {{"plan"}, "--crop", {"--crop", "left"}},
        {{"plan"}, "--emphasis", {"--emphasis", "much"}},
        {{"plan"}, "--literal", {"--literal"}, planned_text},
        {{"plan"}, "--name-pattern", {"--name-pattern", "[nothing"}},
        {{"plan"}, "--seed", {"--seed", "none"}},
        {{"plan"}, "--same-seed", {"--same-seed"}, planned_text + QStringList{"--task", "score"}},
    };
}

QList<Option> of_texts() {
    const QStringList text_like = {"text", "classify", "score"};
    QList<Option> options = {
        {texts, "--seed", {"--seed", "3"}},
        {texts, "--same-seed", {"--same-seed"}, {"a dog"}},
        {texts, "--prompt-template", {"--prompt-template", "{prompt}!"}},
        {texts, "--max-new-tokens", {"--max-new-tokens", "3"}},
        {texts, "--min-new-tokens", {"--min-new-tokens", "3"}},
        {texts, "--temperature", {"--temperature", "0.5"}},
        {texts, "--top-k", {"--top-k", "3"}, {"--temperature", "1"}},
        {texts, "--top-p", {"--top-p", "0.5"}, {"--temperature", "1"}},
        {texts, "--min-p", {"--min-p", "0.5"}, {"--temperature", "1"}},
        {texts, "--repetition-penalty", {"--repetition-penalty", "1.5"}},
        {texts, "--no-repeat-ngram-size", {"--no-repeat-ngram-size", "3"}},
        {texts, "--samples", {"--samples", "2"}, {"--temperature", "1"}},
        {texts, "--greedy", {"--greedy"}, {"--temperature", "1"}},  // refused: it would be ignored
        {texts, "--stop", {"--stop", "."}},
        {text_like, "--truncate", {"--truncate", "left"}},
        {text_like, "--no-special-tokens", {"--no-special-tokens"}},
        {texts, "--raw", {"--raw"}, {"-m", "chat"}},
        {labels, "--text-pair", {"--text-pair", "a dog"}},
        {labels, "--top-k", {"--top-k", "2"}},
        {scores, "--labels", {"--labels", "yes,no"}},
        {{"plan"}, "--max-new-tokens", {"--max-new-tokens", "3"}, planned_text},
        {{"plan"}, "--samples", {"--samples", "2"}, planned_text + QStringList{"--temperature", "1"}},
        {{"plan"}, "--prompt-template", {"--prompt-template", "{column}"}, planned_text},
        {{"plan"}, "--greedy", {"--greedy"}},
        {{"plan"}, "--stop", {"--stop", "."}},
        {{"plan"}, "--no-special-tokens", {"--no-special-tokens"}},
        {{"plan"}, "--raw", {"--raw"}, {"-m", "chat"}},
        {{"plan"}, "--labels", {"--labels", "yes,no"}, planned_text + QStringList{"--task", "score"}},
        {{"plan"}, "--truncate", {"--truncate", "both"}, planned_text},
    };
    for (const char* number : {"--min-new-tokens", "--temperature", "--top-k", "--top-p", "--min-p",
                               "--repetition-penalty", "--no-repeat-ngram-size"})
        options << Option{{"plan"}, number, {number, "-7"}, planned_text};
    return options;
}

QList<Option> of_others() {
    const QStringList launch = {"launch"};
    const auto shown = [](const char* command, const char* name, const char* where) {
        return Option{{command}, name, {}, {}, where};
    };
    return {
        {{"plan"}, "--task", {"--task", "score"}, planned_text},
        {{"plan"}, "--assume", {"--assume", "cuda:0=8GB"}},
        {{"plan"}, "--measure", {"--measure"}, {}, "tst_toys.theyArePlanned"},
        {{"plan"}, "--json", {"--json"}, {}, "tst_plan.peopleReadATable"},
        shown("launch", "--num-processes", "tst_launchers.launchMakesTheSameBytes"),
        shown("launch", "--num-machines", "tst_launchers.twoMachinesWithFoldersOfTheirOwn"),
        shown("launch", "--machine-rank", "tst_launchers.twoMachinesWithFoldersOfTheirOwn"),
        shown("launch", "--main-process-ip", "tst_launchers.twoMachinesWithFoldersOfTheirOwn"),
        shown("launch", "--main-process-port", "tst_launchers.twoMachinesWithFoldersOfTheirOwn"),
        shown("launch", "--gpu-ids", "tst_options.whatWouldHaveNoEffectIsRefused"),
        shown("launch", "--mixed-precision", "tst_options.launchPassesOnWhatIsComputedIn"),
        shown("launch", "--cpu", "tst_config.whatPreparesNoRunIsShown"),
        shown("launch", "--config-file", "tst_config.launchNamesWhatIsUnknownInItsFile"),
        shown("config", "ACTION", "tst_config.theConfigurationIsShown"),
        shown("config", "--config-file", "tst_config.anExistingFileIsReplacedOnlyByForce"),
        shown("config", "--force", "tst_config.anExistingFileIsReplacedOnlyByForce"),
        shown("attach", "DIR", "tst_attach.anAttachedTerminalSeesTheRunToItsEnd"),
        shown("attach", "--json", "tst_attach.anAttachedTerminalSeesTheRunToItsEnd"),
        shown("add", "WORDS", "tst_attach.imagesAreAddedToARun"),
        shown("add", "--prompts", "tst_attach.imagesAreAddedToARun"),
        shown("add", "--columns", "tst_options.whatWouldHaveNoEffectIsRefused"),
        shown("add", "--ignore-columns", "tst_options.whatWouldHaveNoEffectIsRefused"),
        shown("pause", "DIR", "tst_attach.aRunIsPausedResumedAndCancelled"),
        shown("resume", "DIR", "tst_attach.aRunIsPausedResumedAndCancelled"),
        shown("cancel", "DIR", "tst_attach.aRunIsPausedResumedAndCancelled"),
        shown("cancel", "--all", "tst_queue.allAreCancelledAtOnce"),
        shown("cancel", "--json", "tst_queue.allAreCancelledAtOnce"),
        shown("queue", "cancel", "tst_queue.runsAreCancelled"),
        shown("queue cancel", "RUN", "tst_queue.runsAreCancelled"),
        shown("queue cancel", "--all", "tst_queue.runsAreCancelled"),
        shown("queue", "--json", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue", "list", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue", "move", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue", "remove", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue", "rename", "tst_queue.runsAreNamed"),
        shown("queue", "settings", "tst_queue.settingsAreShownAndChanged"),
        shown("queue rename", "RUN", "tst_queue.runsAreNamed"),
        shown("queue rename", "NAME", "tst_queue.runsAreNamed"),
        shown("queue settings", "--after-run", "tst_queue.settingsAreShownAndChanged"),
        shown("queue settings", "--after-queue", "tst_queue.settingsAreShownAndChanged"),
        shown("queue settings", "--quiet-hours", "tst_queue.quietHoursAreSaid"),
        shown("queue settings", "--max-temperature", "tst_queue.settingsAreShownAndChanged"),
        shown("queue settings", "--max-power", "tst_queue.settingsAreShownAndChanged"),
        shown("queue settings", "--resume-after-crash", "tst_queue.settingsAreShownAndChanged"),
        shown("queue", "resume", "tst_queue.aRunThatWasKilledIsListedAndFinishedInTheBackground"),
        shown("queue list", "--json", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue move", "RUN", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue move", "--before", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue move", "--first", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue move", "--last", "tst_queue.whatCannotBeDoneIsSaid"),
        shown("queue remove", "RUN", "tst_queue.anOwnerFollowsWhatTheCommandChanges"),
        shown("queue resume", "RUN", "tst_queue.aRunThatWasKilledIsListedAndFinishedInTheBackground"),
        shown("replay", "--models-dir", "tst_models.foldersOfOtherProgramsAreSearched"),
        shown("models", "--models-dir", "tst_model_places.treesOfOtherProgramsAreKnown"),
        shown("models", "--add-dir", "tst_models.foldersOfOtherProgramsAreSearched"),
        shown("models", "--remove-dir", "tst_models.foldersOfOtherProgramsAreSearched"),
        shown("models", "--json", "tst_models.foldersOfOtherProgramsAreSearched"),
        shown("serve", "--idle-seconds", "tst_options.anIdleOwnerEnds"),
        shown("replay", "SOURCE", "tst_older_run_folders.picturesAreMadeAgain"),
        shown("replay", "--model", "tst_older_run_folders.picturesAreMadeAgain"),
        shown("replay", "--devices", "tst_older_run_folders.picturesAreMadeAgain"),
        shown("replay", "--weights", "tst_z_image.packedWeightsMakeTheSameBytesInEveryMode"),
        shown("replay", "--output", "tst_older_run_folders.picturesAreMadeAgain"),
        shown("replay", "--json", "tst_texts.theyAreVerifiedAndMadeAgain"),
        shown("replay", "--quiet", "tst_older_run_folders.picturesAreMadeAgain"),
        shown("verify", "DIR", "tst_texts.theyAreVerifiedAndMadeAgain"),
        shown("verify", "--json", "tst_older_run_folders.whatWasDoneIsStillRight"),
        shown("export", "DIR", "tst_options.imagesAreExportedAsAsked"),
        shown("export", "--zip", "tst_options.imagesAreExportedAsAsked"),
        shown("export", "--folder", "tst_options.imagesAreExportedAsAsked"),
        shown("export", "--contact-sheet", "tst_options.imagesAreExportedAsAsked"),
        shown("gui", "FILE", "tst_options.theWindowIsGivenItsFiles"),
        shown("show", "IMAGE", "tst_hostile_files.controlCharactersAreShown"),
    };
}

QList<Option> known_options() { return of_all() + of_images() + of_texts() + of_others(); }

/// The names in a command's --help: "--steps" of "--steps,--num-inference-steps", and those of positional words.
QStringList options_of(const QString& command) {
    static const QRegularExpression line("^  (\\S+)", QRegularExpression::MultilineOption);
    QStringList names;
    const QString help = run_fanlight(command.split(' ') + QStringList{"--help"}).out.section("\nExamples:", 0, 0);
    for (auto found = line.globalMatch(help); found.hasNext();) {
        const QStringList forms = found.next().captured(1).split(',');
        QString name = forms.first().startsWith("--") || forms.size() < 2 ? forms.first() : forms[1];
        name.remove("…");  // may be repeated
        if (name != "--help") names << name;
    }
    return names;
}

QStringList commands() {
    static const QRegularExpression line("^  ([a-z]+)  ", QRegularExpression::MultilineOption);
    QStringList names;
    for (auto found = line.globalMatch(run_fanlight({"--help"}).out); found.hasNext();)
        names << found.next().captured(1);
    for (const char* change : {"cancel", "list", "move", "remove", "rename", "resume", "settings"})
        names << QString("queue ") + change;
    return names;
}

}  // namespace

/// No option is accepted and then ignored: each has an effect wherever it is accepted, or is refused with the reason.
class TestOptions : public QObject {
    Q_OBJECT

    PrivateHome home_;
    int runs_ = 0;
    QMap<QStringList, QString> outcomes_;  ///< without the options

    void write(const QString& name, const QByteArray& text) const {
        QFile file(home_.path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }

    /// Of a machine that is not this one, so that nothing depends on what memory is free.
    static QStringList on_assumed_cards(QStringList words) {
        words.replaceInStrings("cpu,cpu", "cuda:0,cuda:1").replaceInStrings("cpu=", "cuda:0=");
        if (!words.contains("--assume"))
            words << "--assume"
                  << "cuda:0=8GB,cuda:1=8GB,cuda:2=8GB";
        return words;
    }

    /// What comes of the command: what it says, and the run that it prepares.
    QString outcome(const QString& command, const QStringList& words) {
        const QMap<QString, QString> usual = {
            {"text", "starter-text"}, {"classify", models + "classifiers/gpt2"}, {"score", "starter-text"}};
        QStringList all_words = QStringList{command, "a cat"} + words;
        if (!words.contains("-m") && usual.contains(command)) all_words << "-m" << usual[command];
        if (command == "plan") all_words = on_assumed_cards(all_words) << "--json";
        const QString folder = home_.path(QString("run%1").arg(++runs_));
        if (command != "plan")
            all_words << "--prepare"
                      << "-o" << folder;
        const ProgramResult ended = run_fanlight(all_words);
        QString seen = QString::number(ended.status) + ended.output();
        seen += content_of(folder + "/.fanlight/run.json") + content_of(folder + ".run/.fanlight/run.json");
        seen.remove(QRegularExpression("[^\n]* so far\\)\\.\n"));  // of a busy machine
        return seen.replace(folder, "RUN");
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(QDir::setCurrent(home_.path(".")));
        write("list.csv", "prompt\na bird\n");
        write("foreign.csv", "caption\na bird\n");
        write("more.csv", "prompt,rating\na bird,3\n");
        write("four.txt", "a\nb\nc\nd\n");
        // A language model that is made for conversations.
        const QDir model(source_path("/resources/starter_text/model"));
        QVERIFY(QDir().mkpath("chat"));
        for (const QString& file : model.entryList(QDir::Files))
            QVERIFY(QFile::copy(model.filePath(file), "chat/" + file));
        write("chat/chat_template.jinja", "{{ messages[0].content }}");
    }

    void eachIsKnown_data() {
        QTest::addColumn<QString>("command");
        const QStringList found = commands();
        QVERIFY(found.size() > 15);
        for (const QString& command : found) QTest::newRow(qPrintable(command)) << command;
    }
    void eachIsKnown() {
        QFETCH(QString, command);
        QStringList expected;
        for (const Option& option : known_options())
            if (option.commands.contains(command)) expected << option.name;
        QStringList found = options_of(command);
        found.sort();
        expected.sort();
        QCOMPARE(found, expected);
    }

    void eachHasAnEffect_data() {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QStringList>("before");
        QTest::addColumn<QStringList>("words");
        for (const Option& option : known_options())
            for (const QString& command : option.commands)
                if (option.shown_by.isEmpty())
                    QTest::addRow("%s %s", qPrintable(command), qPrintable(option.name))
                        << command << option.before << option.words;
    }
    void eachHasAnEffect() {
        QFETCH(QString, command);
        QFETCH(QStringList, before);
        QFETCH(QStringList, words);
        QString& without = outcomes_[QStringList{command} + before];
        if (without.isEmpty()) {
            without = outcome(command, before);
            QCOMPARE(outcome(command, before), without);  // nothing else makes the difference
        }
        const QString with = outcome(command, before + words);
        QVERIFY2(without != with, qPrintable(with));
    }

    void whatShowsTheOthersIsThere() {
        for (const Option& option : known_options()) {
            if (option.shown_by.isEmpty()) continue;
            const QString file = option.shown_by.section('.', 0, 0) + ".cpp";
            QDirIterator it(QString::fromStdString(source_path("/tests")), {file}, QDir::Files,
                            QDirIterator::Subdirectories);
            QVERIFY2(it.hasNext(), qPrintable(option.shown_by));
            QVERIFY2(content_of(it.next()).contains(("void " + option.shown_by.section('.', 1) + "()").toUtf8()),
                     qPrintable(option.shown_by));
        }
    }

    /// A run that is finished later is as it was begun.
    void resumingObeysOrRefuses_data() {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("words");
        const QStringList obeyed = {"--resume",  "--remake-culled", "--devices", "--threads",
                                    "--prepare", "--json",          "--quiet"};
        for (const Option& option : known_options())
            for (const QString& command : option.commands)
                if (makers.contains(command) && !obeyed.contains(option.name))
                    QTest::addRow("%s %s", qPrintable(command), qPrintable(option.name))
                        << command << option.name << option.words;
    }
    void resumingObeysOrRefuses() {
        QFETCH(QString, command);
        QFETCH(QString, name);
        QFETCH(QStringList, words);
        const ProgramResult ended = run_fanlight(QStringList{command, "--resume", "/nowhere"} + words);
        const QString named = name == "PROMPT" ? "prompts" : name;
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.err.startsWith("fanlight: --resume ") && ended.err.contains(named) && ended.err.count('\n') == 1,
                 qPrintable(ended.output()));
    }

    void imagesAreExportedAsAsked() {
        const QString folder = home_.path("run to export");
        QCOMPARE(run_fanlight({"generate", "a cat", "-W", "64", "-H", "64", "--steps", "1", "-o", folder}).status, 0);
        for (const QStringList& target :
             {QStringList{"--zip", home_.path("all.zip")}, QStringList{"--contact-sheet", home_.path("sheet.png")},
              QStringList{"--folder", home_.path("copies")}}) {
            const ProgramResult ended = run_fanlight(QStringList{"export", folder} + target);
            QVERIFY2(ended.status == 0, qPrintable(ended.output()));
            QVERIFY(QFileInfo::exists(target.last()));
        }
        QCOMPARE(images_in(home_.path("copies")), images_in(folder));
    }

    void anIdleOwnerEnds() { QCOMPARE(run_fanlight({"serve", "--idle-seconds", "1"}).status, 0); }

    void theWindowIsGivenItsFiles() {
        QVERIFY(QFile::copy(build_path("/fanlight"), home_.path("fanlight")));
        write("fanlight-gui", "#!/bin/sh\nprintf '%s;' \"$@\"\n");
        QFile::setPermissions(home_.path("fanlight-gui"), QFile::ReadOwner | QFile::ExeOwner);
        const ProgramResult ended = run_program(home_.path("fanlight"), {"gui", "a b.csv", "c.png"});
        QCOMPARE(ended.out, QString("--;a b.csv;c.png;"));
    }

    void launchPassesOnWhatIsComputedIn() {
        const QString folder = home_.path("launched");
        const ProgramResult ended = run_fanlight({"launch", "--num-processes", "1", "--mixed-precision", "bf16", "text",
                                                  "a cat", "--max-new-tokens", "1", "-o", folder});
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        QVERIFY(content_of(folder + "/.fanlight/run.json").contains("\"dtype\":\"bfloat16\""));
    }

    void whatWouldHaveNoEffectIsRefused_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const QStringList& words, const char* sentence) {
            QTest::addRow("%s", qPrintable(words.join(' '))) << words << sentence;
        };
        for (const char* command : {"generate", "text", "add"}) {
            row({command, "a cat", "--columns", "a=prompt"}, "--columns says how to read a list; name the list with");
            row({command, "a cat", "--ignore-columns"}, "--ignore-columns says how to read a list");
        }
        for (const QStringList& more : {QStringList{}, QStringList{"--dry-run"}}) {
            row(QStringList{"generate", "a cat", "--gather"} + more, "give it after fanlight launch");
            row(QStringList{"generate", "a cat", "--num-processes", "2"} + more, "belongs to --prepare");
            row(QStringList{"text", "a cat", "--num-machines", "2"} + more, "belongs to --prepare");
            row(QStringList{"generate", "a cat", "--device-map", "auto"} + more, "belongs to --mode sharded");
        }
        row({"plan", "a cat", "--gather-output"}, "--gather-output belongs to --mode pipelined");
        row({"plan", "a cat", "--measure", "--assume", "cuda:0=8GB"}, "--measure times the devices of this machine");
        row({"plan", "a cat", "--greedy"}, "--greedy: the model starter has no use for it; leave it out.");
        row({"plan", "a cat", "--no-special-tokens"}, "--no-special-tokens: the model starter has no use for it");
        row({"plan", "a cat", "--raw"}, "--raw: the model starter has no use for it");
        row({"plan", "a cat", "-m", "starter-text", "--name-pattern", "[row]"}, "--name-pattern: the model starter-t");
        row({"plan", "a cat", "-m", "starter-text", "--lora", "a"}, "--lora: the model starter-text has no use");
        row({"plan", "a cat", "-m", "starter-text", "--transformer", "a"},
            "--transformer: the model starter-text has no use");
        row({"plan", "a cat", "-m", "starter-text", "--vae", "a"}, "--vae: the model starter-text has no use");
        row({"plan", "a cat", "-m", "starter-text", "--vae-tiling"}, "--vae-tiling: the model starter-text has no use");
        row({"plan", "a cat", "-m", "starter-text", "--on-oom", "any"}, "--on-oom: the model starter-text has no use");
        row({"plan", "a cat", "-m", "starter-text", "--weights", "packed"},
            "--weights: the model starter-text has no use");
        row({"plan", "a cat", "-m", "starter-text", "--text-device", "cpu"},
            "--text-device: the model starter-text has no use");
        row({"plan", "a cat", "-m", "starter-text", "--cfg-devices", "cpu,cpu"},
            "--cfg-devices: the model starter-text has no use");
        row({"generate", "a cat", "--cfg-devices", "cpu,cpu", "--mode", "sharded"},
            "--cfg-devices belongs to --mode replicas");
        row({"plan", "a cat", "-m", "starter-text", "--cache-embeddings"},
            "--cache-embeddings: the model starter-text has no use");
        row({"generate", "a cat", "--on-oom", "any", "--prepare"}, "--on-oom any is for runs that fanlight generate");
        row({"plan", "a cat", "-m", "starter-text", "--text-encoder", "a"},
            "--text-encoder: the model starter-text has no use");
        row({"text", "a cat", "--greedy", "--top-k", "3"}, "--top-k excludes --greedy");
        row({"launch", "--main-process-port", "1234", "generate", "a cat"}, "are for several machines");
        row({"launch", "--machine-rank", "0", "generate", "a cat"}, "are for several machines");
        row({"launch", "--cpu", "--gpu-ids", "0", "generate", "a cat"}, "--gpu-ids chooses among GPUs");
        row({"launch", "--mixed-precision", "bf16", "generate", "a cat", "--dtype", "float32"},
            "--mixed-precision has no effect beside --dtype");
        row({"launch", "--mixed-precision", "bf16", "generate", "--resume", "/nowhere"},
            "--mixed-precision has no effect beside --resume");
        row({"launch", "generate", "a cat", "--json"}, "--json reports a run made by a single process");
        row({"config", "show", "--force"}, "--force belongs to fanlight config default");
        row({"config", "--force"}, "--force belongs to fanlight config default");
    }
    void whatWouldHaveNoEffectIsRefused() {
        QFETCH(QStringList, words);
        QFETCH(QString, sentence);
        const ProgramResult ended = run_fanlight(words);
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.err.contains(sentence) && ended.err.count('\n') == 1, qPrintable(ended.output()));
    }
};

FANLIGHT_TEST(TestOptions, QCoreApplication)
#include "tst_options.moc"
