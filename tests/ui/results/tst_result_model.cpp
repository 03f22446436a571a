#include "ui/results/result_model.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/test.h"
#include "tests/support/text_runs.h"
#include "ui/results/result_filter.h"
#include "ui/results/result_texts.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

constexpr int many = 100'000;

RunAnswers run_of(const std::vector<std::string>& prompts) {
    return {"/run", std::make_shared<const RunPlan>(text_plan(prompts)), std::vector<Answer>(prompts.size()), {}};
}

ItemAnswer done(qint64 item, const std::string& text) { return {item, answerOf(answered(item, text))}; }

QString shown(const QAbstractItemModel& model, int row, ResultModel::Column column) {
    return model.index(row, column).data().toString();
}

}  // namespace

class TestResultModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRunIsReadFromItsFolderLongAfterItHasEnded() {
        const QTemporaryDir folder;
        write_text_run(folder.path().toStdString(), {"one", "two", "three"},
                       {answered(2, "third", "length"), FailedRecord{1, "error", "too long"}, answered(0, "first")});
        ResultModel model;
        const QAbstractItemModelTester tester(&model);
        const RunAnswers run = readAnswers(folder.path());
        QCOMPARE(run.problem, QString());
        model.setRun(run);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(shown(model, 0, ResultModel::Number), QString("1"));
        QCOMPARE(shown(model, 0, ResultModel::Prompt), QString("one"));
        QCOMPARE(shown(model, 0, ResultModel::Answered), QString("first"));
        QCOMPARE(shown(model, 0, ResultModel::Note), QString("end of text"));
        QCOMPARE(shown(model, 1, ResultModel::Answered), QString("too long"));
        QCOMPARE(shown(model, 1, ResultModel::Note), QString("Failed"));
        QCOMPARE(model.answerText(1), QString());  // a reason is no answer
        QCOMPARE(shown(model, 2, ResultModel::Note), QString("token limit"));
    }

    void aFolderWithoutARunIsAProblem() {
        const QTemporaryDir folder;
        QVERIFY(!readAnswers(folder.path()).problem.isEmpty());
    }

    void answersAppearInInputOrderAsTheyCome() {
        ResultModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRun(run_of({"a", "b", "c", "d"}));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setAnswers({done(3, "last"), done(0, "first"), done(1, "second"), done(9, "of no item")});
        QCOMPARE(shown(model, 0, ResultModel::Answered), QString("first"));
        QCOMPARE(shown(model, 3, ResultModel::Answered), QString("last"));
        QCOMPARE(changed.size(), 2);  // rows 0 and 1, row 3
        QCOMPARE(changed.first()[1].toModelIndex().row(), 1);
        model.setAnswers({done(3, "last")});
        QCOMPARE(changed.size(), 2);
    }

    void anAnswerIsNotTakenBack() {
        ResultModel model;
        model.setRun(run_of({"a"}));
        model.setAnswers({done(0, "first"), {0, {.state = ItemState::Working}}});
        QCOMPARE(shown(model, 0, ResultModel::Answered), QString("first"));
        model.setAnswers({done(0, "made again")});
        QCOMPARE(shown(model, 0, ResultModel::Answered), QString("made again"));
    }

    void aRunThatHasGrownKeepsItsRows() {
        ResultModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRun(run_of({"a", "b"}));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset), inserted(&model, &QAbstractItemModel::rowsInserted);
        RunAnswers grown = run_of({"a", "b", "c"});
        grown.answers[0] = done(0, "first").answer;
        model.setRun(grown);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(shown(model, 2, ResultModel::Prompt), QString("c"));
        QCOMPARE(shown(model, 0, ResultModel::Answered), QString("first"));
    }

    void wordsAreFoundInPromptsAndAnswersInAnyCase() {
        ResultModel model;
        ResultFilter filter(&model);
        const QAbstractItemModelTester tester(&filter);
        model.setRun(run_of({"A red apple", "b", "c", "d"}));
        model.setAnswers({done(1, "an APPLE tree"), done(2, "تفاحة حمراء")});
        filter.setWords("apple");
        QCOMPARE(filter.rowCount(), 2);
        QCOMPARE(filter.item(1), 1);
        model.setAnswers({done(3, "apples")});
        QCOMPARE(filter.rowCount(), 3);
        filter.setWords("حمراء");
        QCOMPARE(filter.rowCount(), 1);
        filter.setWords({});
        filter.setState(ItemState::Pending);
        QCOMPARE(filter.rowCount(), 1);
        QCOMPARE(filter.item(0), 0);
    }

    void onlyTheBeginningOfALongTextIsMadeForItsCell() {
        const std::string arabic = "تفاحة ";
        std::string longText;
        while (longText.size() < 200'000) longText += arabic;
        const QString beginning = beginningOf(longText, 100);
        QVERIFY(beginning.size() < 100 && beginning.startsWith("تفاحة تفاحة") && beginning.endsWith(u'…'));
        QVERIFY(!beginning.contains(QChar::ReplacementCharacter));
        QCOMPARE(beginningOf("two\nlines\t"), QString("two lines"));
    }

    void labelsShowTheirScores() {
        const Result judged = {
            .content = ResultRecord{
                "joy", {{"label", "joy"}, {"score", 0.9123}, {"probabilities", {{"joy", 0.9123}, {"anger", 0.0877}}}}}};
        QCOMPARE(noteOf(answerOf(judged)), QString("0.912"));
        QVERIFY(factsOf(answerOf(judged), TextTask{}).contains("joy 0.912, anger 0.088"));
    }

    void scoresShowTheirPerplexity() {
        const Result scored = {.content = ResultRecord{"-7.5", {{"sum", -7.5}, {"tokens", 4}, {"perplexity", 6.52}}}};
        QVERIFY(factsOf(answerOf(scored), TextTask{}).contains("perplexity 6.520"));
    }

    void tabsAndLinesDoNotBreakATable() {
        QCOMPARE(tsvCell("plain, text"), QString("plain, text"));
        QCOMPARE(tsvCell("two\n\"lines\""), QString("\"two\n\"\"lines\"\"\""));
    }

    void aHundredThousandAnswersAreTakenAndSearchedQuickly() {
        ResultModel model;
        ResultFilter filter(&model);
        model.setRun(run_of(std::vector<std::string>(many, "a prompt of a usual length, with a few words")));
        std::vector<ItemAnswer> answers;
        for (int item = 0; item < many; ++item) answers.push_back(done(item, std::string(300, 'a') + " needle?"));
        QElapsedTimer watch;
        watch.start();
        constexpr int perFrame = 100;
        for (int first = 0; first < many; first += perFrame)
            model.setAnswers({answers.begin() + first, answers.begin() + first + perFrame});
        const qint64 taking = watch.restart();
        filter.setWords("needle");
        const qint64 searching = watch.elapsed();
        qInfo("%lld ms to take, %lld ms to search", taking, searching);
        QCOMPARE(filter.rowCount(), many);
        QVERIFY(taking < 3000 && searching < 3000);  // a tenth of that on an idle machine
    }
};

FANLIGHT_TEST(TestResultModel, QApplication)
#include "tst_result_model.moc"
