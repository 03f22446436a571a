<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
    <name>core</name>
    <message>
        <source>%1: "%2" must be from %3 to %4, not %5</source>
        <translation>%1: يجب أن يكون "%2" من %3 إلى %4، لا %5</translation>
    </message>
    <message>
        <source>%1: "%2" must be numbers from %3 to %4, not %5</source>
        <translation>%1: يجب أن يحوي "%2" أعدادًا من %3 إلى %4، لا %5</translation>
    </message>
    <message>
        <source>%1: %2 channels (block_out_channels) cannot be divided into %3 groups (norm_num_groups)</source>
        <translation>%1: لا يمكن تقسيم %2 من القنوات (block_out_channels) على %3 من المجموعات (norm_num_groups)</translation>
    </message>
    <message>
        <source>%1: %2 heads cannot share %3 heads of keys and values evenly</source>
        <translation>%1: لا يمكن توزيع %3 من رؤوس المفاتيح والقيم بالتساوي على %2 من الرؤوس</translation>
    </message>
    <message>
        <source>Cannot %1 %2: %3</source>
        <translation>لا يمكن %1 %2: %3</translation>
    </message>
    <message>
        <source>Cannot read %1: it is %2, not a file; put a file in its place</source>
        <translation>تعذّرت قراءة %1: هو %2 وليس ملفًا؛ ضع ملفًا مكانه</translation>
    </message>
    <message>
        <source>Cannot read %1: it is larger than %2 bytes</source>
        <translation>تعذّرت قراءة %1: هو أكبر من %2 بايت</translation>
    </message>
    <message>
        <source>%1 has the wrong type (%2)</source>
        <translation>نوع %1 خاطئ (%2)</translation>
    </message>
    <message>
        <source>%1 is missing</source>
        <translation>%1 مفقود</translation>
    </message>
    <message>
        <source>%1 must be %2, not %3</source>
        <translation>يجب أن يكون %1 %2، لا %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: holds a NUL byte, which no JSON does</source>
        <translation>%1: يحوي بايت NUL، ولا يحويه أي JSON</translation>
    </message>
    <message>
        <source>%1: holds a number that is too large, such as 1e999</source>
        <translation>%1: يحوي عددًا كبيرًا أكثر من اللازم، مثل 1e999</translation>
    </message>
    <message>
        <source>%1: is nested more than %2 levels deep</source>
        <translation>%1: متداخل إلى أعمق من %2 من المستويات</translation>
    </message>
    <message>
        <source>%1: is not valid JSON</source>
        <translation>%1: ليس JSON صالحًا</translation>
    </message>
    <message>
        <source>%1: is not valid JSON: %2</source>
        <translation>%1: ليس JSON صالحًا: %2</translation>
    </message>
    <message>
        <source>%1: the key %2 is given twice</source>
        <translation>%1: المفتاح %2 مذكور مرتين</translation>
    </message>
    <message>
        <source>Cannot read %1: %2</source>
        <translation>تعذّرت قراءة %1: %2</translation>
    </message>
    <message>
        <source>A part of Fanlight that GPUs need cannot be loaded: %1</source>
        <translation>تعذّر تحميل جزء من Fanlight تحتاج إليه بطاقات الرسوم: %1</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 و%2</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 و%2 غيرها</translation>
    </message>
    <message numerus="yes">
        <source>%n images</source>
        <translation>
            <numerusform>لا صور</numerusform>
            <numerusform>صورة واحدة</numerusform>
            <numerusform>صورتان</numerusform>
            <numerusform>%n صور</numerusform>
            <numerusform>%n صورة</numerusform>
            <numerusform>%n صورة</numerusform>
        </translation>
    </message>
    <message>
        <source>Cannot read %1 to its end: %2</source>
        <translation>تعذّرت قراءة %1 إلى نهايته: %2</translation>
    </message>
    <message>
        <source>/dev/shm has %1 MB, which may be too little for the exchange between GPUs (NCCL); start the container with --shm-size=1g or --ipc=host</source>
        <translation>حجم /dev/shm هو %1 MB، وقد لا يكفي للتبادل بين بطاقات الرسوم (NCCL)؛ شغّل الحاوية مع ‎--shm-size=1g أو ‎--ipc=host</translation>
    </message>
    <message>
        <source>Rank %1 has %2 results where its share is %3</source>
        <translation>لدى الرتبة %1 عدد %2 من النتائج، وحصتها %3</translation>
    </message>
    <message>
        <source>%1: the list makes more than ten million images</source>
        <translation>%1: تصنع القائمة أكثر من عشرة ملايين صورة</translation>
    </message>
    <message>
        <source>%1: the seed runs past 18446744073709551615; begin with a smaller one</source>
        <translation>%1: تتجاوز البذرة 18446744073709551615؛ ابدأ ببذرة أصغر</translation>
    </message>
    <message>
        <source>%1 and others</source>
        <translation>%1 وغيرها</translation>
    </message>
    <message>
        <source>%1: %2 is given twice; leave one out</source>
        <translation>%1: %2 مذكور مرتين؛ احذف أحدهما</translation>
    </message>
    <message>
        <source>%1: write COLUMN=PARAMETER, such as caption=prompt, not %2</source>
        <translation>%1: اكتب COLUMN=PARAMETER، مثل caption=prompt، لا %2</translation>
    </message>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>لا خطوات</numerusform>
            <numerusform>خطوة واحدة</numerusform>
            <numerusform>خطوتين</numerusform>
            <numerusform>%n خطوات</numerusform>
            <numerusform>%n خطوة</numerusform>
            <numerusform>%n خطوة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>لا صفوف</numerusform>
            <numerusform>صف واحد</numerusform>
            <numerusform>صفان</numerusform>
            <numerusform>%n صفوف</numerusform>
            <numerusform>%n صفًا</numerusform>
            <numerusform>%n صف</numerusform>
        </translation>
    </message>
    <message>
        <source>first %1</source>
        <translation>أولها %1</translation>
    </message>
    <message>
        <source>The column %1 has no effect in %2 (%3); dtype, batch size and components are a whole run's, and are chosen outside the list</source>
        <translation>لا أثر للعمود %1 (%2: %3)؛ نوع البيانات (dtype) وحجم الدفعة والمكوّنات لتشغيل كامل، وتُختار خارج القائمة</translation>
    </message>
    <message>
        <source>The column %1 has no effect in %2 (%3); files are named by the run's name pattern</source>
        <translation>لا أثر للعمود %1 (%2: %3)؛ تُسمّى الملفات وفق نمط الأسماء في التشغيل</translation>
    </message>
    <message>
        <source>The columns %1 have no effect in %2 (%3); dtype, batch size and components are a whole run's, and are chosen outside the list</source>
        <translation>لا أثر للأعمدة %1 (%2: %3)؛ نوع البيانات (dtype) وحجم الدفعة والمكوّنات لتشغيل كامل، وتُختار خارج القائمة</translation>
    </message>
    <message>
        <source>The columns %1 have no effect in %2 (%3); files are named by the run's name pattern</source>
        <translation>لا أثر للأعمدة %1 (%2: %3)؛ تُسمّى الملفات وفق نمط الأسماء في التشغيل</translation>
    </message>
    <message>
        <source>%1 must be a multiple of %2 from %3 to %4</source>
        <translation>يجب أن يكون %1 من مضاعفات %2 وبين %3 و%4</translation>
    </message>
    <message>
        <source>%1 must be a number from %2 to %3</source>
        <translation>يجب أن يكون %1 عددًا من %2 إلى %3</translation>
    </message>
    <message>
        <source>%1 must be a whole number from %2 to %3</source>
        <translation>يجب أن يكون %1 عددًا صحيحًا من %2 إلى %3</translation>
    </message>
    <message>
        <source>%1 must be above 0</source>
        <translation>يجب أن يكون %1 أكبر من 0</translation>
    </message>
    <message>
        <source>%1 must be true or false</source>
        <translation>يجب أن يكون %1 إما true أو false</translation>
    </message>
    <message>
        <source>%1: %2 must be written %3</source>
        <translation>%1: يجب أن يُكتب %2 هكذا: %3</translation>
    </message>
    <message>
        <source>%1: %2, not %3</source>
        <translation>%1: %2، لا %3</translation>
    </message>
    <message>
        <source>%1: sampler %2 cannot follow the schedule %3; choose another sampler or schedule</source>
        <translation>%1: لا يمكن لطريقة العينات %2 اتباع الجدول %3؛ اختر طريقة أو جدولًا آخر</translation>
    </message>
    <message>
        <source>%1: the %2 holds a NUL character</source>
        <translation>%1: يحوي %2 محرف NUL</translation>
    </message>
    <message>
        <source>%1: the %2 is not UTF-8 (byte %3); save the file as UTF-8</source>
        <translation>%1: ليس %2 بترميز UTF-8 (البايت %3)؛ احفظ الملف بترميز UTF-8</translation>
    </message>
    <message>
        <source>%1: the schedule is %2 here and %3 elsewhere; leave one out</source>
        <translation>%1: الجدول هنا %2 وفي موضع آخر %3؛ احذف أحدهما</translation>
    </message>
    <message>
        <source>cfg_scale must be a number from 0 to 100</source>
        <translation>يجب أن يكون cfg_scale عددًا من 0 إلى 100</translation>
    </message>
    <message>
        <source>emphasis must be one of %1</source>
        <translation>يجب أن يكون emphasis واحدًا من %1</translation>
    </message>
    <message>
        <source>labels must differ from each other</source>
        <translation>يجب أن تختلف labels بعضها عن بعض</translation>
    </message>
    <message>
        <source>labels must not be empty</source>
        <translation>يجب ألا تكون labels فارغة</translation>
    </message>
    <message>
        <source>literal must be yes or no</source>
        <translation>يجب أن يكون literal إما yes أو no</translation>
    </message>
    <message>
        <source>sampler must be one of %1</source>
        <translation>يجب أن يكون sampler واحدًا من %1</translation>
    </message>
    <message>
        <source>schedule must be one of %1</source>
        <translation>يجب أن يكون schedule واحدًا من %1</translation>
    </message>
    <message>
        <source>%1 must be a whole number from 0 to 18446744073709551615</source>
        <translation>يجب أن يكون %1 عددًا صحيحًا من 0 إلى 18446744073709551615</translation>
    </message>
    <message>
        <source>so large a seed must be written without a decimal point, where it may have been rounded</source>
        <translation>بذرة بهذا الكبر يجب أن تُكتب بلا فاصلة عشرية، فربما قُرّبت معها</translation>
    </message>
    <message>
        <source>stop must not be empty</source>
        <translation>يجب ألا يكون stop فارغًا</translation>
    </message>
    <message>
        <source>truncate must be left or right</source>
        <translation>يجب أن يكون truncate إما left أو right</translation>
    </message>
    <message>
        <source>%1 are longer than the text encoder reads at a time, the first in row %2: the end has no effect; without --literal all of a prompt is read</source>
        <translation>أوصاف أطول مما يقرؤه مرمّز النص دفعة واحدة (%1)، أولها في الصف %2: لا أثر للنهاية؛ من دون ‎--literal يُقرأ الوصف كله</translation>
    </message>
    <message>
        <source>%1 name networks, such as %2 in row %3, that are no LoRAs and have no effect</source>
        <translation>%1 تسمّي شبكات، مثل %2 في الصف %3، ليست من نوع LoRA ولا أثر لها</translation>
    </message>
    <message numerus="yes">
        <source>%n prompts</source>
        <translation>
            <numerusform>لا أوصاف</numerusform>
            <numerusform>وصف واحد</numerusform>
            <numerusform>وصفان</numerusform>
            <numerusform>%n أوصاف</numerusform>
            <numerusform>%n وصفًا</numerusform>
            <numerusform>%n وصف</numerusform>
        </translation>
    </message>
    <message>
        <source>The prompt of row %1 is longer than the text encoder reads at a time: its end has no effect; without --literal all of it is read</source>
        <translation>وصف الصف %1 أطول مما يقرؤه مرمّز النص دفعة واحدة: لا أثر لنهايته؛ من دون ‎--literal يُقرأ كله</translation>
    </message>
    <message>
        <source>The prompt of row %1 names a network, %2, that is no LoRA and has no effect</source>
        <translation>وصف الصف %1 يسمّي شبكة، %2، ليست من نوع LoRA ولا أثر لها</translation>
    </message>
    <message>
        <source>--prompt-template: %1 %2; write {prompt} or another column, and {{ or }} for a brace</source>
        <translation>--prompt-template: %1 %2؛ اكتب {prompt} أو عمودًا آخر، و{{ أو }} للقوس المعقوف</translation>
    </message>
    <message>
        <source>closes a brace that was not opened</source>
        <translation>يغلق قوسًا معقوفًا لم يُفتح</translation>
    </message>
    <message>
        <source>names no column in a pair of braces</source>
        <translation>لا يسمّي عمودًا بين قوسين معقوفين</translation>
    </message>
    <message>
        <source>opens a brace that is not closed</source>
        <translation>يفتح قوسًا معقوفًا لم يُغلق</translation>
    </message>
    <message>
        <source>%1: %2 is not a plain file name</source>
        <translation>%1: %2 ليس اسم ملف مجردًا</translation>
    </message>
    <message>
        <source>%1: %2 must be a whole number from 1 to %3, not %4</source>
        <translation>%1: يجب أن يكون %2 عددًا صحيحًا من 1 إلى %3، لا %4</translation>
    </message>
    <message>
        <source>%1: device_kind must be cpu or cuda, not %2</source>
        <translation>%1: يجب أن يكون device_kind إما cpu أو cuda، لا %2</translation>
    </message>
    <message>
        <source>%1: its result is not a file, so it cannot be called %2</source>
        <translation>%1: نتيجته ليست ملفًا، فلا يمكن تسميتها %2</translation>
    </message>
    <message>
        <source>%1: the weight of the LoRA %2 must be a number from -100 to 100</source>
        <translation>%1: يجب أن يكون وزن LoRA %2 عددًا من ‎-100 إلى 100</translation>
    </message>
    <message>
        <source>%1: there is no dtype %2</source>
        <translation>%1: لا يوجد نوع بيانات (dtype) باسم %2</translation>
    </message>
    <message>
        <source>Item %1 has no recipe</source>
        <translation>ليس للعنصر %1 وصفة</translation>
    </message>
    <message>
        <source>"cut_tokens" must be a whole number from 0</source>
        <translation>يجب أن يكون "cut_tokens" عددًا صحيحًا من 0 فصاعدًا</translation>
    </message>
    <message>
        <source>it must hold three numbers each</source>
        <translation>يجب أن يحوي كل منها ثلاثة أعداد</translation>
    </message>
    <message>
        <source>it must hold whole numbers from %1 to %2</source>
        <translation>يجب أن يحوي أعدادًا صحيحة من %1 إلى %2</translation>
    </message>
    <message>
        <source>the steps of "chunks" do not ascend</source>
        <translation>خطوات "chunks" ليست متصاعدة</translation>
    </message>
    <message>
        <source>there is no emphasis "%1"</source>
        <translation>لا يوجد تشديد باسم "%1"</translation>
    </message>
    <message>
        <source>%1 has %2 entries and %3 has %4; all lists of an input must have the same length</source>
        <translation>عدد مدخلات %1 هو %2 وعدد مدخلات %3 هو %4؛ يجب أن تتساوى أطوال كل القوائم في المُدخل</translation>
    </message>
    <message>
        <source>%1 is a %2, which cannot be split between workers; give a list</source>
        <translation>%1 من النوع %2، ولا يمكن تقسيمه بين العمّال؛ أعطِ قائمة</translation>
    </message>
    <message>
        <source>An empty list cannot be padded: it has no last item to repeat</source>
        <translation>لا يمكن إكمال قائمة فارغة: ليس فيها عنصر أخير يُكرَّر</translation>
    </message>
    <message>
        <source>The input</source>
        <translation>المُدخل</translation>
    </message>
    <message>
        <source>The input holds no list to split between workers</source>
        <translation>لا يحوي المُدخل قائمة تُقسَّم بين العمّال</translation>
    </message>
    <message>
        <source>There cannot be %1 items to share</source>
        <translation>لا يمكن أن يكون عدد العناصر المطلوب توزيعها %1</translation>
    </message>
    <message>
        <source>There is no rank %1 among %2 workers</source>
        <translation>لا توجد رتبة %1 بين %2 من العمّال</translation>
    </message>
    <message>
        <source>A task of the kind %1 was expected, not %2</source>
        <translation>كان المتوقع مهمة من النوع %1، لا %2</translation>
    </message>
    <message>
        <source>An item has no task</source>
        <translation>عنصر بلا مهمة</translation>
    </message>
    <message>
        <source>There is no task called "%1"; it must be %2</source>
        <translation>لا توجد مهمة باسم "%1"؛ يجب أن تكون %2</translation>
    </message>
    <message>
        <source>columns: must hold a JSON object</source>
        <translation>columns: يجب أن يحوي كائن JSON</translation>
    </message>
    <message>
        <source>%1: min_new_tokens is %2 and max_new_tokens %3; raise the one or lower the other</source>
        <translation>%1: قيمة min_new_tokens هي %2 وقيمة max_new_tokens هي %3؛ ارفع الثانية أو اخفض الأولى</translation>
    </message>
    <message>
        <source>it did not say how many tokens a text has</source>
        <translation>لم يذكر عدد رموز النص</translation>
    </message>
    <message>
        <source>it did not say why a text ended</source>
        <translation>لم يذكر سبب انتهاء النص</translation>
    </message>
    <message>
        <source>it made a text of %1 tokens where at most %2 were asked for</source>
        <translation>كتب نصًا من %1 من الرموز والمطلوب %2 على الأكثر</translation>
    </message>
    <message>
        <source>the prompt template needs the column %1, which is not there</source>
        <translation>يحتاج قالب الأوصاف إلى العمود %1، وهو غير موجود</translation>
    </message>
    <message>
        <source>%1 %2; %3</source>
        <translation>%1 %2؛ %3</translation>
    </message>
    <message>
        <source>has a %1 that cannot be split into %2 projections</source>
        <translation>فيه %1 لا يمكن تقسيمه إلى %2 من الإسقاطات</translation>
    </message>
    <message>
        <source>has a tensor "%1%2" of %3 dimensions where there must be %4</source>
        <translation>فيه موتّر "%1%2" عدد أبعاده %3 ويجب أن يكون %4</translation>
    </message>
    <message>
        <source>has an unexpected tensor "%1"</source>
        <translation>فيه موتّر غير متوقع "%1"</translation>
    </message>
    <message>
        <source>has unexpected tensors: %1</source>
        <translation>فيه موتّرات غير متوقعة: %1</translation>
    </message>
    <message>
        <source>has no tensor "%1%2"</source>
        <translation>ليس فيه موتّر "%1%2"</translation>
    </message>
    <message>
        <source>%1 %2; choose another LoRA</source>
        <translation>%1 %2؛ اختر LoRA آخر</translation>
    </message>
    <message>
        <source>has a tensor "%1", which is not part of a LoRA of %2</source>
        <translation>فيه موتّر "%1" لا ينتمي إلى LoRA لنموذج %2</translation>
    </message>
    <message>
        <source>has an alpha of "%1" that is not a number from -1000000 to 1000000</source>
        <translation>فيه قيمة alpha في "%1" ليست عددًا من ‎-1000000 إلى 1000000</translation>
    </message>
    <message>
        <source>has numbers of type %1 in "%2", where floating-point ones are needed</source>
        <translation>فيه أعداد من النوع %1 في "%2"، والمطلوب أعداد بفاصلة عائمة</translation>
    </message>
    <message>
        <source>changes the module of "%1" in two ways</source>
        <translation>يغيّر وحدة "%1" بطريقتين</translation>
    </message>
    <message>
        <source>has only some of the tensors of the layer of "%1"</source>
        <translation>ليس فيه إلا بعض موتّرات طبقة "%1"</translation>
    </message>
    <message>
        <source>has tensors in the layer of "%1" whose shapes do not fit together</source>
        <translation>فيه موتّرات في طبقة "%1" لا تتوافق أشكالها</translation>
    </message>
    <message>
        <source>stores a part of the layer of "%1" twice</source>
        <translation>يحفظ جزءًا من طبقة "%1" مرتين</translation>
    </message>
    <message>
        <source>has the tensor "%1" under two names</source>
        <translation>فيه الموتّر "%1" باسمين</translation>
    </message>
    <message>
        <source>holds nothing</source>
        <translation>لا يحوي شيئًا</translation>
    </message>
    <message>
        <source>is an adapter of the kind %1 ("%2"), which is not supported</source>
        <translation>هو مُكيِّف من نوع %1 ("%2")، وهو غير مدعوم</translation>
    </message>
    <message>
        <source>is a LoRA for %1, which is not supported</source>
        <translation>هو LoRA لنموذج %1، وهو غير مدعوم</translation>
    </message>
    <message>
        <source>%1 was truncated while it was in use; download it again and restart the run</source>
        <translation>اقتُطع %1 أثناء استخدامه؛ نزّله من جديد وأعد بدء التشغيل</translation>
    </message>
    <message>
        <source>Cannot map %1 into memory: %2</source>
        <translation>تعذّر ربط %1 بالذاكرة: %2</translation>
    </message>
    <message>
        <source>%1 holds the tensor "%2" under two names; download the model again</source>
        <translation>يحوي %1 الموتّر "%2" باسمين؛ نزّل النموذج من جديد</translation>
    </message>
    <message>
        <source>%1 must hold a JSON object; download the model again</source>
        <translation>يجب أن يحوي %1 كائن JSON؛ نزّل النموذج من جديد</translation>
    </message>
    <message>
        <source>%1: architectures must name one class; choose another model</source>
        <translation>%1: يجب أن يسمّي architectures صنفًا واحدًا؛ اختر نموذجًا آخر</translation>
    </message>
    <message>
        <source>%1: the %2 class %3 is not known; choose a model with %4</source>
        <translation>%1: صنف %2 المسمّى %3 غير معروف؛ اختر نموذجًا فيه %4</translation>
    </message>
    <message>
        <source>%1: the %2 must be given as [library, class]; choose a complete model</source>
        <translation>%1: يجب أن يُعطى %2 بالصيغة [library, class]؛ اختر نموذجًا كاملًا</translation>
    </message>
    <message>
        <source>The component %1 is not known; choose a model with %2</source>
        <translation>المكوّن %1 غير معروف؛ اختر نموذجًا فيه %2</translation>
    </message>
    <message>
        <source>The model folder %1 has no %2; download the model again</source>
        <translation>ليس في مجلد النموذج %1 ملف %2؛ نزّل النموذج من جديد</translation>
    </message>
    <message>
        <source>The model folder %1 has no folder %2; download the model again</source>
        <translation>ليس في مجلد النموذج %1 مجلد %2؛ نزّل النموذج من جديد</translation>
    </message>
    <message>
        <source>There is no model folder %1; give one that diffusers or transformers has saved</source>
        <translation>لا يوجد مجلد نموذج %1؛ أعطِ مجلدًا حفظه diffusers أو transformers</translation>
    </message>
    <message>
        <source>%1 lacks the adapter_config.json that PEFT saves beside it, which says how much it counts; put it there</source>
        <translation>يفتقد %1 ملف adapter_config.json الذي يحفظه PEFT بجانبه ويحدد مقدار تأثيره؛ ضعه هناك</translation>
    </message>
    <message>
        <source>%1: alpha_pattern must hold names of modules, and "%2" is a regular expression; write the names of the modules in its place</source>
        <translation>%1: يجب أن تكون في alpha_pattern أسماء وحدات، و "%2" تعبير نمطي؛ اكتب مكانه أسماء الوحدات</translation>
    </message>
    <message>
        <source>%1: out_channels is %2 and in_channels %3; networks that learn the variance are not supported</source>
        <translation>%1: قيمة out_channels هي %2 وقيمة in_channels هي %3؛ الشبكات التي تتعلم التباين غير مدعومة</translation>
    </message>
    <message>
        <source>%1: lora_alpha and alpha_pattern must be numbers from -1000000 to 1000000</source>
        <translation>%1: يجب أن تكون lora_alpha و alpha_pattern أعدادًا من ‎-1000000 إلى 1000000</translation>
    </message>
    <message>
        <source>%1 has bytes after its last tensor: its header promises %2 bytes and the file has %3; download it again</source>
        <translation>في %1 بايتات بعد موتّره الأخير: تَعِد ترويسته بحجم %2 بايت وحجم الملف %3؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1 is a web page in place of a file; download it again</source>
        <translation>%1 صفحة ويب لا ملف؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1 is an archive in which PyTorch saves pickles and TorchScript, and loading these runs the code that is in them; convert it to .safetensors first</source>
        <translation>%1 أرشيف يحفظ فيه PyTorch ملفات pickle و TorchScript، وتحميلها يشغّل ما فيها من برامج؛ حوّله إلى ‎.safetensors أولًا</translation>
    </message>
    <message>
        <source>%1 only says which file Git LFS would put in its place; download it again</source>
        <translation>%1 يذكر فقط أي ملف كان Git LFS سيضعه مكانه؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1 is of no known kind: it has no tensor whose name begins with %2; %3</source>
        <translation>%1 من نوع غير معروف: ليس فيه موتّر يبدأ اسمه بـ %2؛ %3</translation>
    </message>
    <message>
        <source>%1 is a GGUF file for big-endian machines; choose a little-endian version of it</source>
        <translation>%1 ملف GGUF لآلات big-endian؛ اختر نسخة little-endian منه</translation>
    </message>
    <message>
        <source>%1 is a GGUF file of version %2, and only 2 and 3 can be read; choose another version of it</source>
        <translation>%1 ملف GGUF من الإصدار %2، ولا يُقرأ إلا الإصداران 2 و3؛ اختر نسخة أخرى منه</translation>
    </message>
    <message>
        <source>%1 is not a .safetensors file: its header would have %2 bytes; choose another file</source>
        <translation>%1 ليس ملف .safetensors: ستكون ترويسته %2 بايت؛ اختر ملفًا آخر</translation>
    </message>
    <message>
        <source>%1 is one of several parts of a model; choose a version of it in a single file</source>
        <translation>%1 جزء من أجزاء نموذج؛ اختر نسخة منه في ملف واحد</translation>
    </message>
    <message>
        <source>%1 is truncated: it has only %2 bytes; download it again</source>
        <translation>%1 مقتطع: ليس فيه إلا %2 بايت؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1 is truncated: its header has %2 bytes and the file has %3; download it again</source>
        <translation>%1 مقتطع: حجم ترويسته %2 بايت وحجم الملف %3؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1 is truncated: its header needs %2 more bytes at byte %3, and there are %4; download it again</source>
        <translation>%1 مقتطع: تحتاج ترويسته إلى %2 بايت أخرى عند البايت %3، وفيه %4؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1 is truncated: its header promises %2 bytes and the file has %3; download it again</source>
        <translation>%1 مقتطع: تَعِد ترويسته بحجم %2 بايت وحجم الملف %3؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1: tensor "%2" %3; download the file again</source>
        <translation>%1: الموتّر "%2" %3؛ نزّل الملف من جديد</translation>
    </message>
    <message>
        <source>%1: tensor "%2" is stored as type %3, which cannot be read; choose another version of the file, such as one in Q8_0 or Q4_K</source>
        <translation>%1: الموتّر "%2" محفوظ بالنوع %3 الذي لا يمكن قراءته؛ اختر نسخة أخرى من الملف، مثل نسخة بالنوع Q8_0 أو Q4_K</translation>
    </message>
    <message>
        <source>aligns its tensors to %1 bytes, which is no power of two up to %2</source>
        <translation>تحاذي موتّراته إلى %1 بايت، وليس ذلك قوة للعدد اثنين لا تتجاوز %2</translation>
    </message>
    <message>
        <source>The header of %1 %2; download the file again</source>
        <translation>محتوى ترويسة %1 %2؛ نزّل الملف من جديد</translation>
    </message>
    <message>
        <source>The header of %1 is not UTF-8; download the file again</source>
        <translation>ترويسة %1 ليست بترميز UTF-8؛ نزّل الملف من جديد</translation>
    </message>
    <message>
        <source>The header of %1 is not a JSON object; download the file again</source>
        <translation>ترويسة %1 ليست كائن JSON؛ نزّل الملف من جديد</translation>
    </message>
    <message>
        <source>describes tensor %1 wrongly</source>
        <translation>يصف الموتّر %1 وصفًا خاطئًا</translation>
    </message>
    <message>
        <source>does not fill whole bytes</source>
        <translation>لا يملأ بايتات كاملة</translation>
    </message>
    <message>
        <source>gives %1 of tensor %2 twice</source>
        <translation>يذكر %1 للموتّر %2 مرتين</translation>
    </message>
    <message>
        <source>gives tensor %1 more than %2 dimensions</source>
        <translation>يعطي الموتّر %1 أكثر من %2 من الأبعاد</translation>
    </message>
    <message>
        <source>gives tensor %1 the unknown dtype %2</source>
        <translation>يعطي الموتّر %1 نوع بيانات (dtype) غير معروف هو %2</translation>
    </message>
    <message>
        <source>gives tensor %1 the unknown field %2</source>
        <translation>يعطي الموتّر %1 حقلًا غير معروف هو %2</translation>
    </message>
    <message>
        <source>has a control character in the name of a tensor</source>
        <translation>فيه محرف تحكم في اسم موتّر</translation>
    </message>
    <message>
        <source>has a name longer than %1 bytes</source>
        <translation>فيه اسم أطول من %1 بايت</translation>
    </message>
    <message>
        <source>has a name that is not UTF-8</source>
        <translation>فيه اسم ليس UTF-8</translation>
    </message>
    <message>
        <source>has an original shape that does not fit it</source>
        <translation>له شكل أصلي لا يلائمه</translation>
    </message>
    <message>
        <source>has metadata that is no text</source>
        <translation>فيه بيانات وصفية ليست نصًا</translation>
    </message>
    <message>
        <source>has rows that do not fill whole blocks</source>
        <translation>له صفوف لا تملأ كتلًا كاملة</translation>
    </message>
    <message>
        <source>has the metadata %1 twice</source>
        <translation>فيه البيانات الوصفية %1 مرتين</translation>
    </message>
    <message>
        <source>has the metadata %1 in a form that is not known</source>
        <translation>فيه البيانات الوصفية %1 بصيغة غير معروفة</translation>
    </message>
    <message>
        <source>holds more than %1 lines of metadata</source>
        <translation>يحوي أكثر من %1 من أسطر البيانات الوصفية</translation>
    </message>
    <message>
        <source>holds more than %1 tensors</source>
        <translation>يحوي أكثر من %1 من الموتّرات</translation>
    </message>
    <message>
        <source>is larger than any memory</source>
        <translation>أكبر من أي ذاكرة</translation>
    </message>
    <message>
        <source>is not a JSON object</source>
        <translation>ليس كائن JSON</translation>
    </message>
    <message>
        <source>is not valid JSON at byte %1</source>
        <translation>ليس JSON صالحًا عند البايت %1</translation>
    </message>
    <message>
        <source>must give a dtype, a shape and two data_offsets for tensor %1</source>
        <translation>يجب أن يعطي dtype و shape وقيمتي data_offsets للموتّر %1</translation>
    </message>
    <message>
        <source>names %1 twice</source>
        <translation>يسمّي %1 مرتين</translation>
    </message>
    <message>
        <source>needs %1 bytes and has %2</source>
        <translation>يحتاج إلى %1 بايت وله %2</translation>
    </message>
    <message>
        <source>overlaps another one or leaves a gap</source>
        <translation>يتداخل مع موتّر آخر أو يترك فجوة</translation>
    </message>
    <message>
        <source>%1 is a pickle, and loading one runs the code that is in it; convert it to .safetensors first</source>
        <translation>%1 ملف pickle، وتحميله ينفّذ ما فيه من شيفرة؛ حوّله إلى .safetensors أولًا</translation>
    </message>
    <message>
        <source>%1: names more than %2 files; download the model again</source>
        <translation>%1: يسمّي أكثر من %2 من الملفات؛ نزّل النموذج من جديد</translation>
    </message>
    <message>
        <source>%1: tensor "%2" is in %3, which is not a plain name of a .safetensors file; download the model again</source>
        <translation>%1: الموتّر "%2" في %3، وهو ليس اسمًا مجردًا لملف .safetensors؛ نزّل النموذج من جديد</translation>
    </message>
    <message>
        <source>%1: tensor "%2" is not in %3; download the model again</source>
        <translation>%1: الموتّر "%2" ليس في %3؛ نزّل النموذج من جديد</translation>
    </message>
    <message>
        <source>Tensor "%1" is in both %2 and %3; download the model again</source>
        <translation>الموتّر "%1" موجود في %2 و%3 معًا؛ نزّل النموذج من جديد</translation>
    </message>
    <message>
        <source>The model has no %1; download it again</source>
        <translation>ليس في النموذج %1؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 is given twice</source>
        <translation>%1 مذكور مرتين</translation>
    </message>
    <message>
        <source>--gpu-ids must be "all" or different numbers such as 0,1, not %1</source>
        <translation>--gpu-ids يجب أن يكون "all" أو أعدادًا مختلفة مثل 0,1، لا %1</translation>
    </message>
    <message>
        <source>--num-processes counts over all machines: %1 processes do not divide by %2 machines</source>
        <translation>--num-processes يُحسب لكل الحواسيب معًا: لا يقبل عدد العمليات %1 القسمة على عدد الحواسيب %2</translation>
    </message>
    <message>
        <source>Several machines need --main-process-ip, the address of machine 0 that the others can reach</source>
        <translation>تحتاج عدة حواسيب إلى ‎--main-process-ip، وهو عنوان الحاسوب 0 الذي يمكن للأخرى الوصول إليه</translation>
    </message>
    <message>
        <source>Several machines need --num-processes, the number over all machines</source>
        <translation>تحتاج عدة حواسيب إلى ‎--num-processes، وهو العدد في كل الحواسيب معًا</translation>
    </message>
    <message>
        <source>Several machines need a --main-process-port that all of them know, not 0</source>
        <translation>تحتاج عدة حواسيب إلى ‎--main-process-port تعرفه كلها، لا 0</translation>
    </message>
    <message>
        <source>The machine rank is %1, but with %2 machines the highest is %3</source>
        <translation>رتبة الحاسوب %1، لكن أعلى رتبة مع %2 من الحواسيب هي %3</translation>
    </message>
    <message>
        <source>a key must be a single word</source>
        <translation>يجب أن يكون المفتاح كلمة واحدة</translation>
    </message>
    <message>
        <source>cannot be %1 here; it can be %2</source>
        <translation>لا يمكن أن يكون %1 هنا؛ يمكن أن يكون %2</translation>
    </message>
    <message>
        <source>is not valid YAML: %1</source>
        <translation>ليس YAML صالحًا: %1</translation>
    </message>
    <message>
        <source>must be "all" or different numbers such as "0,1", not %1</source>
        <translation>يجب أن يكون "all" أو أعدادًا مختلفة مثل "0,1"، لا %1</translation>
    </message>
    <message>
        <source>must be a single value</source>
        <translation>يجب أن يكون قيمة واحدة</translation>
    </message>
    <message>
        <source>must be a whole number from %1 to %2, not %3</source>
        <translation>يجب أن يكون عددًا صحيحًا من %1 إلى %2، لا %3</translation>
    </message>
    <message>
        <source>must be an address or a host name, not %1</source>
        <translation>يجب أن يكون عنوانًا أو اسم مضيف، لا %1</translation>
    </message>
    <message>
        <source>must be at least 1</source>
        <translation>يجب أن يكون 1 على الأقل</translation>
    </message>
    <message>
        <source>must be true or false</source>
        <translation>يجب أن يكون true أو false</translation>
    </message>
    <message>
        <source>the key %1 is not known</source>
        <translation>المفتاح %1 غير معروف</translation>
    </message>
    <message>
        <source>%1 is not a .safetensors file; convert it first, since other formats run code</source>
        <translation>%1 ليس ملف .safetensors؛ حوّله أولًا، لأن الصيغ الأخرى تنفّذ شيفرة</translation>
    </message>
    <message>
        <source>%1 is neither a .safetensors nor a .gguf file; convert it first, since other formats run code</source>
        <translation>%1 ليس ملف .safetensors ولا .gguf؛ حوّله أولًا، لأن الصيغ الأخرى تنفّذ شيفرة</translation>
    </message>
    <message>
        <source>%1 is a GGUF file of another language model than Qwen3; %2</source>
        <translation>%1 ملف GGUF لنموذج لغوي غير Qwen3؛ %2</translation>
    </message>
    <message>
        <source>%1: the weight of a LoRA must be a number from -100 to 100, as in NAME:0.8, not %2</source>
        <translation>%1: يجب أن يكون وزن LoRA عددًا من ‎-100 إلى 100، مثل NAME:0.8، لا %2</translation>
    </message>
    <message>
        <source>There is no LoRA "%1": neither a file of this name nor one in %2</source>
        <translation>لا يوجد LoRA باسم "%1": لا ملف بهذا الاسم ولا واحد في %2</translation>
    </message>
    <message>
        <source>There is no embedding "%1" in %2</source>
        <translation>لا يوجد تضمين باسم "%1" في %2</translation>
    </message>
    <message>
        <source>%1 is not a model: %2 has neither a model_index.json, as diffusers saves it, nor a config.json, as transformers does</source>
        <translation>%1 ليس نموذجًا: ليس في %2 ملف model_index.json كما يحفظه diffusers ولا config.json كما يحفظه transformers</translation>
    </message>
    <message>
        <source>%1 is not a model: give a .safetensors or .gguf file, or a folder in diffusers' format</source>
        <translation>%1 ليس نموذجًا: أعطِ ملف .safetensors أو .gguf أو مجلدًا بصيغة diffusers</translation>
    </message>
    <message>
        <source>%1 is not a model: it has neither a model_index.json, as diffusers saves it, nor a config.json, as transformers does</source>
        <translation>%1 ليس نموذجًا: ليس فيه ملف model_index.json كما يحفظه diffusers ولا config.json كما يحفظه transformers</translation>
    </message>
    <message>
        <source>%1, as %2 says</source>
        <translation>%1، كما يذكر %2</translation>
    </message>
    <message>
        <source>%1, which is assumed: neither a key, metadata, its name nor a YAML file beside it says so</source>
        <translation>%1، وهذا افتراض: لا يذكره مفتاح ولا بيانات وصفية ولا اسمه ولا ملف YAML بجانبه</translation>
    </message>
    <message>
        <source>%1: the pipeline class %2 is not supported; supported: %3</source>
        <translation>%1: صنف خط المعالجة %2 غير مدعوم؛ المدعوم: %3</translation>
    </message>
    <message>
        <source>A model of %1 has no %2</source>
        <translation>ليس في نموذج %1 مكوّن %2</translation>
    </message>
    <message>
        <source>A network predicts %1, not "%2"</source>
        <translation>تتنبأ الشبكة بـ %1، لا "%2"</translation>
    </message>
    <message>
        <source>The model %1 makes nothing from noise, so it predicts no %2; leave --prediction out</source>
        <translation>لا يصنع النموذج %1 شيئًا من الضجيج، فلا يتنبأ بـ %2؛ احذف --prediction</translation>
    </message>
    <message>
        <source>There is no model "%1": neither a file or folder of this name nor one in %2 nor a repository in %3; there are %4</source>
        <translation>لا يوجد نموذج باسم "%1": لا ملف أو مجلد بهذا الاسم ولا واحد في %2 ولا مستودع في %3؛ الموجود: %4</translation>
    </message>
    <message>
        <source>The repository %1 holds several files; give one of them: %2</source>
        <translation>في المستودع %1 عدة ملفات؛ أعطِ واحدًا منها: %2</translation>
    </message>
    <message>
        <source>There is no model; name one with --model</source>
        <translation>لا يوجد نموذج؛ سمِّ واحدًا بـ ‎--model</translation>
    </message>
    <message>
        <source>needs a sampler: its own scheduler, %1, is not known</source>
        <translation>يحتاج إلى طريقة عينات: مجدوله الخاص %1 غير معروف</translation>
    </message>
    <message>
        <source>predicts %1</source>
        <translation>يتنبأ بـ %1</translation>
    </message>
    <message>
        <source>predicts %1 with a terminal SNR of zero</source>
        <translation>يتنبأ بـ %1 مع نسبة إشارة إلى ضجيج (SNR) نهائية تساوي صفرًا</translation>
    </message>
    <message>
        <source>The worker program %1 cannot be run: %2; it belongs beside fanlight, or where FANLIGHT_WORKER points to</source>
        <translation>تعذّر تشغيل برنامج العامل %1: %2؛ مكانه بجانب fanlight أو حيث يشير FANLIGHT_WORKER</translation>
    </message>
    <message>
        <source>%1 cannot be used: %2</source>
        <translation>تعذّر استخدام %1: %2</translation>
    </message>
    <message>
        <source>--devices all: %1 To use the CPU, give --devices cpu</source>
        <translation>--devices all: %1 لاستخدام المعالج أعطِ ‎--devices cpu</translation>
    </message>
    <message>
        <source>--devices: %1 cannot be used: %2</source>
        <translation>--devices: تعذّر استخدام %1: %2</translation>
    </message>
    <message>
        <source>--devices: %1 is named twice; a GPU takes one worker</source>
        <translation>--devices: %1 مذكور مرتين؛ لكل بطاقة رسوم عامل واحد</translation>
    </message>
    <message>
        <source>--devices: there is no device "%1"; %2</source>
        <translation>--devices: لا يوجد جهاز باسم "%1"؛ %2</translation>
    </message>
    <message>
        <source>--devices: there is no device "%1"; %2, and "all" means every GPU</source>
        <translation>--devices: لا يوجد جهاز باسم "%1"؛ %2، و"all" تعني كل بطاقات الرسوم</translation>
    </message>
    <message>
        <source>NVIDIA's driver does not answer (%1); nvidia-smi may say more</source>
        <translation>لا يجيب برنامج تعريف NVIDIA (%1)؛ قد يذكر nvidia-smi المزيد</translation>
    </message>
    <message>
        <source>it is full, %1 of its %2 are free; end the programs that use it (nvidia-smi lists them)</source>
        <translation>ممتلئة، والمتاح %1 من أصل %2؛ أنهِ البرامج التي تستخدمها (يسردها nvidia-smi)</translation>
    </message>
    <message>
        <source>this machine has %1</source>
        <translation>في هذا الحاسوب %1</translation>
    </message>
    <message>
        <source>this machine has none</source>
        <translation>ليس في هذا الحاسوب أي منها</translation>
    </message>
    <message>
        <source>%1: a device map is an object of module names and devices</source>
        <translation>%1: خريطة الأجهزة كائن من أسماء وحدات وأجهزة</translation>
    </message>
    <message>
        <source>%1: the device of %2 is %3; it must be a number, "cuda:N", "cpu" or "disk"</source>
        <translation>%1: جهاز %2 هو %3؛ يجب أن يكون عددًا أو "cuda:N" أو "cpu" أو "disk"</translation>
    </message>
    <message>
        <source>The device map leaves out %1</source>
        <translation>تُغفل خريطة الأجهزة %1</translation>
    </message>
    <message>
        <source>The device map names %1, which is not a module of the model</source>
        <translation>تسمّي خريطة الأجهزة %1، وهو ليس وحدة في النموذج</translation>
    </message>
    <message>
        <source>The device map names both %1 and %2, which lies in it</source>
        <translation>تسمّي خريطة الأجهزة %1 وكذلك %2 الذي يقع ضمنه</translation>
    </message>
    <message>
        <source>There is no device map strategy "%1"; there are %2</source>
        <translation>لا توجد استراتيجية لخريطة الأجهزة باسم "%1"؛ الموجود: %2</translation>
    </message>
    <message>
        <source>%1 is no amount of memory; write a number and a unit, such as 10GB or 5.5GiB</source>
        <translation>%1 ليس مقدار ذاكرة؛ اكتب عددًا ووحدة، مثل 10GB أو 5.5GiB</translation>
    </message>
    <message>
        <source>Memory limits: %1 is named twice</source>
        <translation>حدود الذاكرة: %1 مذكور مرتين</translation>
    </message>
    <message>
        <source>Memory limits: %1 is not of the form DEVICE=SIZE, such as cuda:0=10GB</source>
        <translation>حدود الذاكرة: %1 ليس بالصيغة DEVICE=SIZE، مثل cuda:0=10GB</translation>
    </message>
    <message>
        <source>Memory limits: there is no device %1; devices are cuda:N, cpu and disk</source>
        <translation>حدود الذاكرة: لا يوجد جهاز باسم %1؛ الأجهزة هي cuda:N و cpu و disk</translation>
    </message>
    <message>
        <source>balanced_low_0 needs GPUs numbered from 0 without a gap; there is no memory limit for cuda:%1</source>
        <translation>يحتاج balanced_low_0 إلى بطاقات رسوم مرقّمة من 0 بلا فجوات؛ لا يوجد حد ذاكرة لـ cuda:%1</translation>
    </message>
    <message>
        <source>--reserve-memory is for GPUs, and the run uses none; leave it out</source>
        <translation>--reserve-memory لبطاقات الرسوم، والتشغيل لا يستخدم أيًا منها؛ احذفه</translation>
    </message>
    <message>
        <source>--reserve-memory names %1, which is not among the run's GPUs</source>
        <translation>--reserve-memory يسمّي %1، وليس من بطاقات الرسوم في التشغيل</translation>
    </message>
    <message>
        <source>--reserve-memory: %1 has %2, and all of it would be reserved; give less than that</source>
        <translation>--reserve-memory: لدى %1 مقدار %2، وسيُحجز كله؛ أعطِ أقل من ذلك</translation>
    </message>
    <message>
        <source>--reserve-memory: there is one size for every GPU, not two</source>
        <translation>--reserve-memory: هناك حجم واحد لكل بطاقات الرسوم، لا حجمان</translation>
    </message>
    <message>
        <source>There is no dtype "%1"; an example is float16</source>
        <translation>لا يوجد نوع بيانات (dtype) باسم "%1"؛ من الأمثلة float16</translation>
    </message>
    <message numerus="yes">
        <source>%n errors</source>
        <translation>
            <numerusform>لا أخطاء</numerusform>
            <numerusform>خطأ واحد</numerusform>
            <numerusform>خطآن</numerusform>
            <numerusform>%n أخطاء</numerusform>
            <numerusform>%n خطأً</numerusform>
            <numerusform>%n خطأ</numerusform>
        </translation>
    </message>
    <message>
        <source>CUDA_VISIBLE_DEVICES is "%1", and "%2" %3; correct it, or unset it</source>
        <translation>قيمة CUDA_VISIBLE_DEVICES هي "%1"، و"%2" %3؛ صحّحها أو أزل تعيينها</translation>
    </message>
    <message>
        <source>another program has it to itself; end that, or share the card (nvidia-smi -c 0)</source>
        <translation>يستأثر بها برنامج آخر؛ أنهِه أو شارك البطاقة (nvidia-smi -c 0)</translation>
    </message>
    <message>
        <source>faulty parts of its memory wait to be replaced; reset it when nothing uses it (nvidia-smi -r), or restart the machine</source>
        <translation>أجزاء معطوبة من ذاكرتها تنتظر الاستبدال؛ أعد ضبطها حين لا يستخدمها شيء (nvidia-smi -r)، أو أعد تشغيل الحاسوب</translation>
    </message>
    <message>
        <source>faulty rows of its memory can no longer be replaced; have the card examined (nvidia-smi -q -d ROW_REMAPPER)</source>
        <translation>لم يعد ممكنًا استبدال صفوف معطوبة من ذاكرتها؛ افحص البطاقة (nvidia-smi -q -d ROW_REMAPPER)</translation>
    </message>
    <message>
        <source>fits more than one GPU</source>
        <translation>ينطبق على أكثر من بطاقة رسوم</translation>
    </message>
    <message>
        <source>is named twice</source>
        <translation>مذكور مرتين</translation>
    </message>
    <message>
        <source>it has fallen off the bus; restart the machine</source>
        <translation>انقطعت عن الناقل؛ أعد تشغيل الحاسوب</translation>
    </message>
    <message>
        <source>it is barred from computing; allow that (nvidia-smi -c 0)</source>
        <translation>الحساب عليها ممنوع؛ اسمح به (nvidia-smi -c 0)</translation>
    </message>
    <message>
        <source>it is partitioned by MIG and has no instance; create some, or switch that off (nvidia-smi -mig 0)</source>
        <translation>مقسّمة بـ MIG وليس فيها أي جزء؛ أنشئ أجزاء أو أوقف التقسيم (nvidia-smi -mig 0)</translation>
    </message>
    <message>
        <source>its compute capability is %1, and at least %2 is needed (Turing or newer)</source>
        <translation>قدرتها الحسابية %1، والمطلوب %2 على الأقل (Turing أو أحدث)</translation>
    </message>
    <message>
        <source>its driver %1 is for CUDA %2, and CUDA %3 is needed; install NVIDIA's driver %4 or newer</source>
        <translation>برنامج تعريفها %1 مخصص لـ CUDA %2، والمطلوب CUDA %3؛ ثبّت برنامج تعريف NVIDIA %4 أو أحدث</translation>
    </message>
    <message>
        <source>its memory has had %1 that could not be corrected; reset it when nothing uses it (nvidia-smi -r)</source>
        <translation>حدثت في ذاكرتها أخطاء تعذّر تصحيحها (%1)؛ أعد ضبطها حين لا يستخدمها شيء (nvidia-smi -r)</translation>
    </message>
    <message>
        <source>its power cables are not connected</source>
        <translation>كوابل طاقتها غير موصولة</translation>
    </message>
    <message>
        <source>names no GPU of this machine</source>
        <translation>لا يسمّي أي بطاقة رسوم في هذا الحاسوب</translation>
    </message>
    <message>
        <source>the driver cannot reach it; nvidia-smi may say more</source>
        <translation>لا يستطيع برنامج التعريف الوصول إليها؛ قد يذكر nvidia-smi المزيد</translation>
    </message>
    <message>
        <source>there is no permission to use it</source>
        <translation>لا إذن باستخدامها</translation>
    </message>
    <message>
        <source>There is no mode "%1"; there are %2</source>
        <translation>لا يوجد نمط باسم "%1"؛ الموجود: %2</translation>
    </message>
    <message>
        <source>replicas (some devices)</source>
        <translation>نُسخ (بعض الأجهزة)</translation>
    </message>
    <message>
        <source>%1 has %2 free, and would need %3: %4 of weights, %5 of activations and %6 for the program itself</source>
        <translation>المتاح لدى %1 هو %2 ويحتاج إلى %3: منها %4 للأوزان و%5 للتنشيطات و%6 للبرنامج نفسه</translation>
    </message>
    <message>
        <source>%1 has %2 free, and stage %3 needs %4 beside the weights of its layers</source>
        <translation>المتاح لدى %1 هو %2، وتحتاج المرحلة %3 إلى %4 إضافة إلى أوزان طبقاتها</translation>
    </message>
    <message>
        <source>%1 need as many devices, and there are %2</source>
        <translation>%1: يلزم العدد نفسه من الأجهزة، والموجود %2</translation>
    </message>
    <message>
        <source>%1 of %2 would take %3, not %4</source>
        <translation>%1 في كل منها %2: المطلوب %3، والموجود %4</translation>
    </message>
    <message numerus="yes">
        <source>%n devices</source>
        <translation>
            <numerusform>لا أجهزة</numerusform>
            <numerusform>جهاز واحد</numerusform>
            <numerusform>جهازان</numerusform>
            <numerusform>%n أجهزة</numerusform>
            <numerusform>%n جهازًا</numerusform>
            <numerusform>%n جهاز</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipelines</source>
        <translation>
            <numerusform>لا خطوط معالجة</numerusform>
            <numerusform>خط معالجة واحد</numerusform>
            <numerusform>خطّا معالجة</numerusform>
            <numerusform>%n خطوط معالجة</numerusform>
            <numerusform>%n خط معالجة</numerusform>
            <numerusform>%n خط معالجة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n replicas</source>
        <translation>
            <numerusform>لا نُسخ</numerusform>
            <numerusform>نسخة واحدة</numerusform>
            <numerusform>نسختان</numerusform>
            <numerusform>%n نُسخ</numerusform>
            <numerusform>%n نسخة</numerusform>
            <numerusform>%n نسخة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stages</source>
        <translation>
            <numerusform>لا مراحل</numerusform>
            <numerusform>مرحلة واحدة</numerusform>
            <numerusform>مرحلتان</numerusform>
            <numerusform>%n مراحل</numerusform>
            <numerusform>%n مرحلة</numerusform>
            <numerusform>%n مرحلة</numerusform>
        </translation>
    </message>
    <message>
        <source>--max-memory names %1, which is not among the devices</source>
        <translation>--max-memory يسمّي %1، وليس من بين الأجهزة</translation>
    </message>
    <message>
        <source>--split-points names the beginnings of %1, not of %2</source>
        <translation>--split-points: البدايات المسمّاة تقابلها %1، لا %2</translation>
    </message>
    <message>
        <source>--split-points puts %1 of weights on %2, and --max-memory allows %3</source>
        <translation>--split-points يضع %1 من الأوزان على %2، ولا يسمح ‎--max-memory إلا بـ %3</translation>
    </message>
    <message>
        <source>--split-points: "%1" is not a layer of the model; its layers are like %2</source>
        <translation>--split-points: ‏"%1" ليس طبقة في النموذج؛ طبقاته مثل %2</translation>
    </message>
    <message>
        <source>--split-points: "%1" lies inside the layer %2, which stays whole</source>
        <translation>--split-points: يقع "%1" داخل الطبقة %2، وهي لا تُجزّأ</translation>
    </message>
    <message>
        <source>--split-points: stage %1 would be empty; name modules in the order in which the data passes them</source>
        <translation>--split-points: ستكون المرحلة %1 فارغة؛ سمِّ الوحدات بالترتيب الذي تمر به البيانات</translation>
    </message>
    <message>
        <source>A pipeline of %1 needs as many layers, and the model has %2</source>
        <translation>خط معالجة فيه %1 يحتاج إلى العدد نفسه من الطبقات، وعددها في النموذج %2</translation>
    </message>
    <message>
        <source>No device has room for the whole model</source>
        <translation>لا جهاز يتسع للنموذج كله</translation>
    </message>
    <message>
        <source>The device map puts "%1" on %2, which is not among the devices</source>
        <translation>تضع خريطة الأجهزة "%1" على %2، وليس من بين الأجهزة</translation>
    </message>
    <message>
        <source>The device map splits the layer %1 between %2; put all of it on one</source>
        <translation>تقسم خريطة الأجهزة الطبقة %1 بين %2؛ ضعها كلها على جهاز واحد</translation>
    </message>
    <message>
        <source>There are no images to make, so there is nothing to plan</source>
        <translation>لا صور مطلوبة، فلا شيء يُخطَّط</translation>
    </message>
    <message>
        <source>There is no device to place the model on</source>
        <translation>لا يوجد جهاز يوضع عليه النموذج</translation>
    </message>
    <message>
        <source>Automatic split points leave stage %1 of %2 empty; ask for fewer stages or name the split points</source>
        <translation>نقاط التقسيم التلقائية تترك المرحلة %1 من %2 فارغة؛ اطلب مراحل أقل أو سمِّ نقاط التقسيم</translation>
    </message>
    <message>
        <source>The model is too small for automatic split points: a stage would hold less than 1 KiB; name the split points</source>
        <translation>النموذج أصغر من أن تُحدَّد نقاط تقسيمه تلقائيًا: ستحوي المرحلة أقل من 1 KiB؛ سمِّ نقاط التقسيم</translation>
    </message>
    <message>
        <source>The number of stages must be at least 1, not %1</source>
        <translation>يجب أن يكون عدد المراحل 1 على الأقل، لا %1</translation>
    </message>
    <message>
        <source>A pipeline needs at least one device</source>
        <translation>يحتاج خط المعالجة إلى جهاز واحد على الأقل</translation>
    </message>
    <message>
        <source>A pipeline of %1 stages needs as many layers, and the model has %2</source>
        <translation>خط معالجة عدد مراحله %1 يحتاج إلى العدد نفسه من الطبقات، وعددها في النموذج %2</translation>
    </message>
    <message>
        <source>Layer %1 needs %2, and no device has more than %3 (%4)</source>
        <translation>تحتاج الطبقة %1 إلى %2، ولا جهاز لديه أكثر من %3 (%4)</translation>
    </message>
    <message>
        <source>No cut of the model into %1 stages fits: it needs %2, the devices have %3 (%4)</source>
        <translation>لا يصلح أي تقسيم للنموذج إلى %1 من المراحل: يحتاج إلى %2، ولدى الأجهزة %3 (%4)</translation>
    </message>
    <message>
        <source>The cost of layer %1 must not be negative</source>
        <translation>يجب ألا تكون كلفة الطبقة %1 سالبة</translation>
    </message>
    <message>
        <source>The speed of %1 must be above 0</source>
        <translation>يجب أن تكون سرعة %1 أكبر من 0</translation>
    </message>
    <message>
        <source>%1: the pipeline %2 is not known; choose a model with %3</source>
        <translation>%1: خط المعالجة %2 غير معروف؛ اختر نموذجًا فيه %3</translation>
    </message>
    <message>
        <source>%1: %2: the activation %3 is not known; known: %4</source>
        <translation>%1: %2: دالة التنشيط %3 غير معروفة؛ المعروف: %4</translation>
    </message>
    <message>
        <source>has no decoder of several blocks</source>
        <translation>ليس فيه مفكّك ترميز من عدة كتل</translation>
    </message>
    <message>
        <source>%1: "%2" is %3; only null is supported</source>
        <translation>%1: قيمة "%2" هي %3؛ لا يُدعم إلا null</translation>
    </message>
    <message>
        <source>%1: block_out_channels must list 1 to %2 blocks</source>
        <translation>%1: يجب أن يسرد block_out_channels من 1 إلى %2 من الكتل</translation>
    </message>
    <message>
        <source>%1: an AutoencoderTiny needs little memory and makes no tiles; have it decode whole images, or use another VAE</source>
        <translation>%1: يحتاج AutoencoderTiny إلى ذاكرة قليلة ولا يعمل بالقطع؛ دعه يفكّ ترميز الصور كاملة أو استخدم VAE آخر</translation>
    </message>
    <message>
        <source>%1: "sample_size" is %2, and tiles need a multiple of %3; have it decode whole images</source>
        <translation>%1: قيمة "sample_size" هي %2، والقطع تتطلب مضاعفًا للعدد %3؛ دعه يفكّ ترميز الصور كاملة</translation>
    </message>
    <message>
        <source>%1: out_channels is %2; only 3 (RGB) is supported</source>
        <translation>%1: قيمة out_channels هي %2؛ لا يُدعم إلا 3 (RGB)</translation>
    </message>
    <message>
        <source>%1: the block class %2 is not known; known: UpDecoderBlock2D</source>
        <translation>%1: صنف الكتلة %2 غير معروف؛ المعروف: UpDecoderBlock2D</translation>
    </message>
    <message>
        <source>%1: up_block_types lists %2 blocks and block_out_channels %3</source>
        <translation>%1: يسرد up_block_types عدد %2 من الكتل ويسرد block_out_channels عدد %3</translation>
    </message>
    <message>
        <source>%1: %2 is %3 and cannot be divided into %4 heads (%5)</source>
        <translation>%1: قيمة %2 هي %3 ولا يمكن تقسيمها على %4 من الرؤوس (%5)</translation>
    </message>
    <message>
        <source>%1: is_decoder is true, and models of this kind are supported as encoders only; choose another model</source>
        <translation>%1: قيمة is_decoder هي true، ونماذج هذا النوع مدعومة كمرمّزات فقط؛ اختر نموذجًا آخر</translation>
    </message>
    <message>
        <source>%1: max_position_embeddings is %2, and positions begin behind pad_token_id, which is %3; choose another model</source>
        <translation>%1: قيمة max_position_embeddings هي %2، وتبدأ المواضع بعد pad_token_id وقيمته %3؛ اختر نموذجًا آخر</translation>
    </message>
    <message>
        <source>%1: position_embedding_type is %2, and only absolute is supported; choose another model</source>
        <translation>%1: قيمة position_embedding_type هي %2، ولا يُدعم إلا absolute؛ اختر نموذجًا آخر</translation>
    </message>
    <message>
        <source>%1: the architecture is not known; known: %2</source>
        <translation>%1: البنية غير معروفة؛ المعروف: %2</translation>
    </message>
    <message>
        <source>%1: id2label gives two numbers the same label; name them differently</source>
        <translation>%1: يعطي id2label عددين التسمية نفسها؛ سمِّهما باسمين مختلفين</translation>
    </message>
    <message>
        <source>%1: id2label must give each number from 0 on a text; choose another model</source>
        <translation>%1: يجب أن يعطي id2label كل عدد من 0 فصاعدًا نصًا؛ اختر نموذجًا آخر</translation>
    </message>
    <message>
        <source>has layers of width %1, which does not divide into heads of %2</source>
        <translation>فيه طبقات عرضها %1، وهو لا ينقسم إلى رؤوس حجم كل منها %2</translation>
    </message>
    <message>
        <source>has no text encoder of several layers</source>
        <translation>ليس فيه مرمّز نص من عدة طبقات</translation>
    </message>
    <message>
        <source>has no text encoder with %1 of 2 dimensions</source>
        <translation>ليس فيه مرمّز نص له %1 ببُعدين (2)</translation>
    </message>
    <message>
        <source>%1: the prompt makes more than %2 chunks of tokens; shorten it</source>
        <translation>%1: ينتج عن الوصف أكثر من %2 من مجموعات الرموز؛ اختصره</translation>
    </message>
    <message>
        <source>%1: hidden_size is %2 and cannot be divided into %3 heads (num_attention_heads)</source>
        <translation>%1: قيمة hidden_size هي %2 ولا يمكن تقسيمها على %3 من الرؤوس (num_attention_heads)</translation>
    </message>
    <message>
        <source>%1: "%2" is empty, and a CLIP tokenizer needs it</source>
        <translation>%1: ‏"%2" فارغ، ومقطّع الرموز CLIP يحتاج إليه</translation>
    </message>
    <message>
        <source>%1: "%2" must be a whole number from 2 to %3, not %4</source>
        <translation>%1: يجب أن يكون "%2" عددًا صحيحًا من 2 إلى %3، لا %4</translation>
    </message>
    <message>
        <source>%1: "%2" must be left or right, not %3</source>
        <translation>%1: يجب أن يكون "%2" إما left أو right، لا %3</translation>
    </message>
    <message>
        <source>%1: "added_tokens_decoder" must map ids to tokens, not %2 to %3</source>
        <translation>%1: يجب أن يربط "added_tokens_decoder" المعرّفات بالرموز، لا %2 بـ %3</translation>
    </message>
    <message>
        <source>%1: must hold a JSON object</source>
        <translation>%1: يجب أن يحوي كائن JSON</translation>
    </message>
    <message>
        <source>The model would take more memory than can be counted; choose a smaller size or batch size</source>
        <translation>يحتاج النموذج إلى ذاكرة أكثر مما يمكن عدّه؛ اختر حجمًا أو حجم دفعة أصغر</translation>
    </message>
    <message>
        <source>The layer %1 is not a module of the network</source>
        <translation>الطبقة %1 ليست وحدة في الشبكة</translation>
    </message>
    <message>
        <source>%1: %2 must be the id of a token, or several, not %3</source>
        <translation>%1: يجب أن يكون %2 معرّف رمز أو عدة معرّفات، لا %3</translation>
    </message>
    <message>
        <source>%1: add_cross_attention is true, and decoders with cross-attention are not supported; choose a language model of its own</source>
        <translation>%1: قيمة add_cross_attention هي true، ومفكّكات الترميز ذات الانتباه المتقاطع غير مدعومة؛ اختر نموذج لغة مستقلًا</translation>
    </message>
    <message>
        <source>%1: n_embd is %2 and cannot be divided into %3 heads (n_head)</source>
        <translation>%1: قيمة n_embd هي %2 ولا يمكن تقسيمها على %3 من الرؤوس (n_head)</translation>
    </message>
    <message>
        <source>%1 holds no %2: the model has never been trained to classify, and its labels would be drawn at random; choose one that has been</source>
        <translation>لا يحوي %1 %2: لم يُدرَّب النموذج على التصنيف قط، وستكون تسمياته عشوائية؛ اختر نموذجًا دُرّب عليه</translation>
    </message>
    <message>
        <source>%1: the model reads pictures, which is not supported; choose a language model</source>
        <translation>%1: يقرأ النموذج الصور، وهذا غير مدعوم؛ اختر نموذج لغة</translation>
    </message>
    <message>
        <source>%1: the weights are quantised (%2), which is not supported; choose a version of the model that is not</source>
        <translation>%1: الأوزان مكمّمة (%2)، وهذا غير مدعوم؛ اختر نسخة غير مكمّمة من النموذج</translation>
    </message>
    <message>
        <source>%1: layer_types must name a type for each layer</source>
        <translation>%1: يجب أن يسمّي layer_types نوعًا لكل طبقة</translation>
    </message>
    <message>
        <source>%1: no_rope_layers must have a number for each layer</source>
        <translation>%1: يجب أن يكون في no_rope_layers عدد لكل طبقة</translation>
    </message>
    <message>
        <source>%1: text_config must be an object, not %2</source>
        <translation>%1: يجب أن يكون text_config كائنًا، لا %2</translation>
    </message>
    <message>
        <source>%1: the layer type %2 is not known; known: full_attention and sliding_attention</source>
        <translation>%1: نوع الطبقة %2 غير معروف؛ المعروف: full_attention و sliding_attention</translation>
    </message>
    <message>
        <source>%1: use_bidirectional_attention is true, so the model reads texts and writes none; choose a language model</source>
        <translation>%1: قيمة use_bidirectional_attention هي true، فالنموذج يقرأ النصوص ولا يكتبها؛ اختر نموذج لغة</translation>
    </message>
    <message>
        <source>%1: %2 must be %3 numbers above 0</source>
        <translation>%1: يجب أن يحوي %2 أعدادًا أكبر من 0 وعددها %3</translation>
    </message>
    <message>
        <source>%1: %2 must be an object, not %3</source>
        <translation>%1: يجب أن يكون %2 كائنًا، لا %3</translation>
    </message>
    <message>
        <source>%1: %2 numbers of a head are to be rotated, which must be even</source>
        <translation>%1: المطلوب تدوير %2 من أعداد الرأس، ويجب أن يكون هذا العدد زوجيًا</translation>
    </message>
    <message>
        <source>%1: low_freq_factor and high_freq_factor must differ</source>
        <translation>%1: يجب أن يختلف low_freq_factor عن high_freq_factor</translation>
    </message>
    <message>
        <source>%1: the rope_type %2 is not known; known: %3</source>
        <translation>%1: قيمة rope_type وهي %2 غير معروفة؛ المعروف: %3</translation>
    </message>
    <message>
        <source>%1: %2 buckets (relative_attention_num_buckets) do not fit distances up to %3 (relative_attention_max_distance)</source>
        <translation>%1: عدد الفئات %2 (relative_attention_num_buckets) لا يلائم مسافات تصل إلى %3 (relative_attention_max_distance)</translation>
    </message>
    <message>
        <source>%1: %2 heads of %3 numbers (num_heads, d_kv) are too many</source>
        <translation>%1: عدد الرؤوس %2 وفي كل منها %3 من الأعداد (num_heads, d_kv)، وهذا أكثر من اللازم</translation>
    </message>
    <message>
        <source>has %1 input blocks, which is not a network of %2</source>
        <translation>فيه %1 من كتل الإدخال، وليست هذه شبكة %2</translation>
    </message>
    <message>
        <source>has a network that is told nothing by a text</source>
        <translation>فيه شبكة لا يوجّهها أي نص</translation>
    </message>
    <message>
        <source>%1: "%2" is %3; only multiples of %4 are supported</source>
        <translation>%1: قيمة "%2" هي %3؛ لا تُدعم إلا مضاعفات %4</translation>
    </message>
    <message>
        <source>%1: "%2" is %3; only %4 is supported</source>
        <translation>%1: قيمة "%2" هي %3؛ لا يُدعم إلا %4</translation>
    </message>
    <message>
        <source>%1: "%2" lists %3 values for %4 blocks</source>
        <translation>%1: يسرد "%2" عدد %3 من القيم لعدد %4 من الكتل</translation>
    </message>
    <message>
        <source>%1: block %2 has %3 channels, which cannot be divided into %4 heads</source>
        <translation>%1: في الكتلة %2 عدد %3 من القنوات، ولا يمكن تقسيمها على %4 من الرؤوس</translation>
    </message>
    <message>
        <source>%1: block_out_channels, down_block_types and up_block_types must have the same length, 1 to 32</source>
        <translation>%1: يجب أن تتساوى أطوال block_out_channels و down_block_types و up_block_types، من 1 إلى 32</translation>
    </message>
    <message>
        <source>%1: the block class %2 is not known; known: %3</source>
        <translation>%1: صنف الكتلة %2 غير معروف؛ المعروف: %3</translation>
    </message>
    <message>
        <source>%1: the blocks have %2 transformer layers, more than the %3 that are supported</source>
        <translation>%1: في الكتل %2 من طبقات المحوّل، أكثر من العدد المدعوم %3</translation>
    </message>
    <message>
        <source>%1: the first of block_out_channels is %2, too few for a time embedding</source>
        <translation>%1: أول قيمة في block_out_channels هي %2، وهي أقل مما يلزم لتضمين الزمن</translation>
    </message>
    <message>
        <source>%1 has no %2</source>
        <translation>ليس في %1 %2</translation>
    </message>
    <message>
        <source>unet/config.json: the activation %1 is not known</source>
        <translation>unet/config.json: دالة التنشيط %1 غير معروفة</translation>
    </message>
    <message>
        <source>Width and height must be multiples of %1 for this model, not %2x%3</source>
        <translation>يجب أن يكون العرض والارتفاع من مضاعفات %1 لهذا النموذج، لا %2x%3</translation>
    </message>
    <message>
        <source>%1: the network takes %2 channels and the VAE decodes %3; inpainting models are not supported</source>
        <translation>%1: يأخذ unet عدد %2 من القنوات ويفكّ vae ترميز %3؛ نماذج الترميم (inpainting) غير مدعومة</translation>
    </message>
    <message>
        <source>The prompt has other chunks of tokens than the plan of the run says; it was planned for another model, or changed</source>
        <translation>مجموعات الرموز في الوصف غير ما تذكره خطة التشغيل؛ خُطّط لنموذج آخر أو تغيّر</translation>
    </message>
    <message>
        <source>The text encoder is %1 wide and the unet expects %2</source>
        <translation>عرض مرمّز النص %1 ويتوقع unet ‏%2</translation>
    </message>
    <message>
        <source>The tokenizer gives id %1 and the text encoder knows %2 ids</source>
        <translation>يعطي مقطّع الرموز المعرّف %1 ويعرف مرمّز النص %2 من المعرّفات</translation>
    </message>
    <message>
        <source>The tokenizer of a CLIP text encoder is not CLIP's</source>
        <translation>مقطّع الرموز لمرمّز نص CLIP ليس مقطّع CLIP</translation>
    </message>
    <message>
        <source>There is no network "%1": neither a file or folder of this name nor one in %2</source>
        <translation>لا توجد شبكة باسم "%1": لا ملف أو مجلد بهذا الاسم ولا واحد في %2</translation>
    </message>
    <message>
        <source>give a UNet that was made from a model of the same family, such as sdxl_lightning_4step_unet.safetensors for Stable Diffusion XL</source>
        <translation>أعطِ شبكة UNet صُنعت من نموذج من العائلة نفسها، مثل sdxl_lightning_4step_unet.safetensors لـ Stable Diffusion XL</translation>
    </message>
    <message>
        <source>%1 is the network of a model that is no Stable Diffusion; %2</source>
        <translation>%1 هو شبكة نموذج ليس من Stable Diffusion؛ %2</translation>
    </message>
    <message>
        <source>%1 is the network of a model, which goes with --transformer beside a whole one; %2</source>
        <translation>%1 هو شبكة نموذج، تُعطى مع --transformer إلى جانب نموذج كامل؛ %2</translation>
    </message>
    <message>
        <source>%1 is not a UNet: it has none of the tensors %2; %3</source>
        <translation>%1 ليس UNet: ليس فيه أي من الموتّرات %2؛ %3</translation>
    </message>
    <message>
        <source>%1 is a UNet that reads texts of width %2, and the model's reads those of %3; %4</source>
        <translation>%1 هو UNet يقرأ نصوصًا عرضها %2، وشبكة النموذج تقرأ ما عرضه %3؛ %4</translation>
    </message>
    <message>
        <source>%1 is a UNet of %2 channels of input, and the model's has %3; %4</source>
        <translation>%1 هو UNet له %2 من قنوات الدخل، ولشبكة النموذج %3؛ %4</translation>
    </message>
    <message>
        <source>%1 is a UNet of %2 channels of output, and the model's has %3; %4</source>
        <translation>%1 هو UNet له %2 من قنوات الخرج، ولشبكة النموذج %3؛ %4</translation>
    </message>
    <message>
        <source>%1 is a UNet that is told %2 numbers besides a text, and the model's is told %3; %4</source>
        <translation>%1 هو UNet يُعطى %2 من الأعداد إلى جانب النص، وشبكة النموذج تُعطى %3؛ %4</translation>
    </message>
    <message>
        <source>it has no tensor %1</source>
        <translation>ليس فيه الموتّر %1</translation>
    </message>
    <message>
        <source>its tensor %1 has another shape</source>
        <translation>شكل موتّره %1 مختلف</translation>
    </message>
    <message>
        <source>it has the tensor %1 besides</source>
        <translation>فيه أيضًا الموتّر %1</translation>
    </message>
    <message>
        <source>%1 is a network of the class %2; %3</source>
        <translation>%1 شبكة من الصنف %2؛ %3</translation>
    </message>
    <message>
        <source>is a network alone, which goes with --transformer beside a whole model</source>
        <translation>هو شبكة وحدها، تُعطى مع --transformer إلى جانب نموذج كامل</translation>
    </message>
    <message>
        <source>has no VAE of its own: give one with --vae</source>
        <translation>ليس له VAE خاص به: أعطه واحدًا مع --vae</translation>
    </message>
    <message>
        <source>The model %1 has no VAE of its own; give one with --vae</source>
        <translation>ليس للنموذج %1 ‏VAE خاص به؛ أعطه واحدًا مع --vae</translation>
    </message>
    <message>
        <source>has the network %1, which predicts %2, as %3 says</source>
        <translation>له الشبكة %1 التي تتنبأ بـ %2، كما يقول %3</translation>
    </message>
    <message>
        <source>has the network %1, which is distilled for %2, as its name says</source>
        <translation>له الشبكة %1 المقطّرة لـ %2، كما يقول اسمها</translation>
    </message>
    <message>
        <source>is distilled for %1, as %2 says</source>
        <translation>مقطّر لـ %1، كما يقول %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1; %2</source>
        <translation>%1؛ %2</translation>
    </message>
    <message>
        <source>has no network of Stable Diffusion</source>
        <translation>ليس فيه شبكة من Stable Diffusion</translation>
    </message>
    <message>
        <source>has no text encoder that is known</source>
        <translation>ليس فيه مرمّز نص معروف</translation>
    </message>
    <message>
        <source>has two text encoders</source>
        <translation>فيه مرمّزا نص</translation>
    </message>
    <message>
        <source>is made for %1 channels of input, as for inpainting or depth; %2 are supported</source>
        <translation>مصنوع لعدد %1 من قنوات الإدخال، كما في الترميم (inpainting) أو العمق؛ المدعوم %2</translation>
    </message>
    <message>
        <source>%1: "block_out_channels" must list 1 to 8 blocks, not %2</source>
        <translation>%1: يجب أن يسرد "block_out_channels" من 1 إلى 8 كتل، لا %2</translation>
    </message>
    <message>
        <source>%1, line %2: is not valid YAML: %3; repair it, or move it away from the model</source>
        <translation>%1، السطر %2: ليس YAML صالحًا: %3؛ أصلحه أو انقله بعيدًا عن النموذج</translation>
    </message>
    <message>
        <source>%1: "parameterization" must be eps or v; repair it, or move it away from the model</source>
        <translation>%1: يجب أن يكون "parameterization" إما eps أو v؛ أصلحه أو انقله بعيدًا عن النموذج</translation>
    </message>
    <message>
        <source>A contact sheet has no room for %1 images; choose fewer</source>
        <translation>لا تتسع صفحة المصغّرات لعدد %1 من الصور؛ اختر أقل</translation>
    </message>
    <message>
        <source>There are no images for a contact sheet</source>
        <translation>لا صور لصفحة المصغّرات</translation>
    </message>
    <message>
        <source>Cannot write %1: a file of that name exists and was made by another recipe; move it away or choose another output folder</source>
        <translation>تعذّرت كتابة %1: يوجد ملف بهذا الاسم صُنع بوصفة أخرى؛ انقله أو اختر مجلد إخراج آخر</translation>
    </message>
    <message>
        <source>Cannot write into the output folder %1: %2; choose another with --output</source>
        <translation>تعذّرت الكتابة في مجلد الإخراج %1: %2؛ اختر مجلدًا آخر بـ ‎--output</translation>
    </message>
    <message>
        <source>%1</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>%1 does not tell how it was made; leave it out</source>
        <translation>لا يذكر %1 كيف صُنع؛ احذفه</translation>
    </message>
    <message>
        <source>%1: images have no column %2, as --columns says</source>
        <translation>%1: ليس للصور عمود %2 كما يذكر ‎--columns</translation>
    </message>
    <message>
        <source>%1: seed must be a whole number from 0 to 18446744073709551615 in an image, not "-1"</source>
        <translation>%1: يجب أن يكون seed في الصورة عددًا صحيحًا من 0 إلى 18446744073709551615، لا ‎"-1"</translation>
    </message>
    <message>
        <source>Cannot read the folder %1: %2</source>
        <translation>تعذّرت قراءة المجلد %1: %2</translation>
    </message>
    <message>
        <source>The folder %1 holds no PNG</source>
        <translation>ليس في المجلد %1 أي PNG</translation>
    </message>
    <message>
        <source>The sampler %1 is not known in %2 (%3); the model's default is taken instead</source>
        <translation>طريقة العينات %1 غير معروفة (%2: %3)؛ تُستخدم بدلًا منها الطريقة الافتراضية للنموذج</translation>
    </message>
    <message>
        <source>The samplers %1 are not known in %2 (%3); the model's default is taken instead</source>
        <translation>طرق العينات %1 غير معروفة (%2: %3)؛ تُستخدم بدلًا منها الطريقة الافتراضية للنموذج</translation>
    </message>
    <message>
        <source>The sampler %1 is not used in %2 (%3); it cannot sample the model, whose default is taken instead</source>
        <translation>لا تُستخدم طريقة العينات %1 (%2: %3)؛ لا تصلح للنموذج، وتُستخدم بدلًا منها طريقته الافتراضية</translation>
    </message>
    <message>
        <source>The samplers %1 are not used in %2 (%3); they cannot sample the model, whose default is taken instead</source>
        <translation>لا تُستخدم طرق العينات %1 (%2: %3)؛ لا تصلح للنموذج، وتُستخدم بدلًا منها طريقته الافتراضية</translation>
    </message>
    <message>
        <source>The text encoder or VAE %1 is not used in %2 (%3); a run has its own, which are given outside the list</source>
        <translation>لا يُستخدم مُرمِّز النص أو VAE ‏%1 في %2 (%3)؛ للتشغيل ما يخصه، ويُحدَّد خارج القائمة</translation>
    </message>
    <message>
        <source>The text encoders or VAEs %1 are not used in %2 (%3); a run has its own, which are given outside the list</source>
        <translation>لا تُستخدم مُرمِّزات النص أو VAE ‏%1 في %2 (%3)؛ للتشغيل ما يخصه، ويُحدَّد خارج القائمة</translation>
    </message>
    <message>
        <source>The schedule %1 is not followed in %2 (%3); its sampler cannot, and the model's default is taken instead</source>
        <translation>الجدول %1 غير متّبع (%2: %3)؛ لا تدعمه طريقة العينات، ويُستخدم بدلًا منه الجدول الافتراضي للنموذج</translation>
    </message>
    <message>
        <source>The schedule %1 is not known in %2 (%3); the model's default is taken instead</source>
        <translation>الجدول %1 غير معروف (%2: %3)؛ يُستخدم بدلًا منه الجدول الافتراضي للنموذج</translation>
    </message>
    <message>
        <source>The schedules %1 are not followed in %2 (%3); its sampler cannot, and the model's default is taken instead</source>
        <translation>الجداول %1 غير متّبعة (%2: %3)؛ لا تدعمها طريقة العينات، ويُستخدم بدلًا منها الجدول الافتراضي للنموذج</translation>
    </message>
    <message>
        <source>The schedules %1 are not known in %2 (%3); the model's default is taken instead</source>
        <translation>الجداول %1 غير معروفة (%2: %3)؛ يُستخدم بدلًا منها الجدول الافتراضي للنموذج</translation>
    </message>
    <message>
        <source>The setting %1 acts on the prompt alone in %2 (%3); A1111 leaves the layers out for the negative prompt, too</source>
        <translation>الإعداد %1 يؤثر في الوصف وحده (%2: %3)؛ أما A1111 فيترك الطبقات في الوصف السلبي أيضًا</translation>
    </message>
    <message>
        <source>The settings %1 act on the prompt alone in %2 (%3); A1111 leaves the layers out for the negative prompt, too</source>
        <translation>الإعدادات %1 تؤثر في الوصف وحده (%2: %3)؛ أما A1111 فيترك الطبقات في الوصف السلبي أيضًا</translation>
    </message>
    <message>
        <source>This is not a PNG: its first 8 bytes are not a PNG's</source>
        <translation>هذا ليس PNG: بايتاته الثمانية الأولى ليست بايتات PNG</translation>
    </message>
    <message>
        <source>%1 is a PNG whose pixels cannot be read: %2</source>
        <translation>%1 ملف PNG تعذّرت قراءة بكسلاته: %2</translation>
    </message>
    <message>
        <source>%1 is an image of %2x%3 pixels; at most 64 megapixels are read</source>
        <translation>%1 صورة من %2x%3 بكسل؛ يُقرأ 64 ميغابكسل على الأكثر</translation>
    </message>
    <message>
        <source>%1 is larger than 256 MiB, which no image here is</source>
        <translation>%1 أكبر من 256 MiB، ولا تبلغ أي صورة هنا هذا الحجم</translation>
    </message>
    <message>
        <source>A PNG text cannot have the keyword %1: give it 1 to 79 ASCII characters</source>
        <translation>لا يمكن أن تكون الكلمة المفتاحية لنص PNG هي %1: أعطه من 1 إلى 79 من محارف ASCII</translation>
    </message>
    <message>
        <source>Cannot read %1: it is not a PNG</source>
        <translation>تعذّرت قراءة %1: ليس PNG</translation>
    </message>
    <message>
        <source>The PNG text %1 is longer than 8 MiB: shorten the prompt</source>
        <translation>نص PNG المسمّى %1 أطول من 8 MiB: اختصر الوصف</translation>
    </message>
    <message>
        <source>This PNG has no valid header: it is damaged</source>
        <translation>ليس في ملف PNG هذا ترويسة صالحة: هو تالف</translation>
    </message>
    <message>
        <source>Cannot write a PNG: out of memory</source>
        <translation>تعذّرت كتابة PNG: نفدت الذاكرة</translation>
    </message>
    <message>
        <source>Cannot write an image of %1 pixels</source>
        <translation>تعذّرت كتابة صورة من %1 بكسل</translation>
    </message>
    <message>
        <source>Cannot write an image of %1 pixels as PNG: it is larger than 1 GiB; ask for a smaller one</source>
        <translation>تعذّرت كتابة صورة من %1 بكسل بصيغة PNG: هي أكبر من 1 GiB؛ اطلب صورة أصغر</translation>
    </message>
    <message>
        <source>The setting %1 in %2 (%3) tells of embeddings, which have an effect only if files of the same names are kept here</source>
        <translation>يذكر الإعداد %1 في %2 (%3) تضمينات لا أثر لها إلا إذا كانت هنا ملفات بأسمائها</translation>
    </message>
    <message>
        <source>The setting %1 has no effect in %2 (%3); every image is made from noise, in one pass and with the run's model</source>
        <translation>لا أثر للإعداد %1 في %2 (%3)؛ تُصنع كل صورة من الضجيج، في مرور واحد وبنموذج التشغيل</translation>
    </message>
    <message>
        <source>The settings %1 in %2 (%3) tell of embeddings, which have an effect only if files of the same names are kept here</source>
        <translation>تذكر الإعدادات %1 في %2 (%3) تضمينات لا أثر لها إلا إذا كانت هنا ملفات بأسمائها</translation>
    </message>
    <message>
        <source>The settings %1 have no effect in %2 (%3); every image is made from noise, in one pass and with the run's model</source>
        <translation>لا أثر للإعدادات %1 في %2 (%3)؛ تُصنع كل صورة من الضجيج، في مرور واحد وبنموذج التشغيل</translation>
    </message>
    <message>
        <source>%1 has no effect in %2 (%3); LoRAs are taken from tags such as &lt;lora:NAME:0.8&gt; alone</source>
        <translation>لا أثر لـ %1 في %2 (%3)؛ تُؤخذ ملفات LoRA من وسوم مثل &lt;lora:NAME:0.8&gt; وحدها</translation>
    </message>
    <message>
        <source>%1 have no effect in %2 (%3); LoRAs are taken from tags such as &lt;lora:NAME:0.8&gt; alone</source>
        <translation>لا أثر لـ %1 في %2 (%3)؛ تُؤخذ ملفات LoRA من وسوم مثل &lt;lora:NAME:0.8&gt; وحدها</translation>
    </message>
    <message>
        <source>An evaluation takes a token of each row, unless rows are computed apart</source>
        <translation>تأخذ عملية الحساب رمزًا واحدًا من كل صف، ما لم تُحسب الصفوف منفصلة</translation>
    </message>
    <message>
        <source>An evaluation takes tokens of one row, or one of each</source>
        <translation>تأخذ عملية الحساب رموز صف واحد، أو رمزًا واحدًا من كل صف</translation>
    </message>
    <message>
        <source>Some rows of a micro-batch are conditioned on what others lack</source>
        <translation>بعض صفوف الدفعة المصغّرة مشروط بما ينقص غيره</translation>
    </message>
    <message>
        <source>%1: %2 channels cannot be divided into %3 norm groups</source>
        <translation>%1: لا يمكن تقسيم %2 من القنوات إلى %3 من مجموعات التسوية</translation>
    </message>
    <message>
        <source>The activation "%1" is not known; known: %2</source>
        <translation>دالة التنشيط "%1" غير معروفة؛ المعروف: %2</translation>
    </message>
    <message>
        <source>There is no tensor "%1" here</source>
        <translation>لا يوجد هنا موتّر باسم "%1"</translation>
    </message>
    <message>
        <source>The tokenizer makes %1 ids and the text encoder has %2 positions</source>
        <translation>يُنتج المرمِّز (tokenizer) معرّفات عددها %1، ولمرمّز النص مواضع عددها %2</translation>
    </message>
    <message>
        <source>clip_skip must be from 0 to %1 for this model, not %2</source>
        <translation>يجب أن تكون clip_skip من 0 إلى %1 لهذا النموذج، لا %2</translation>
    </message>
    <message>
        <source>This kind of rotary position embedding is not known</source>
        <translation>هذا النوع من تضمين الموضع الدوراني غير معروف</translation>
    </message>
    <message>
        <source>%1: the text encoder has the hidden states 0 to %2, and not %3; choose the text encoder that belongs to the model</source>
        <translation>%1: لمرمّز النص الحالات المخفية من 0 إلى %2، وليس %3؛ اختر مرمّز النص الخاص بالنموذج</translation>
    </message>
    <message>
        <source>%1 has changed since the run was begun; restore the old one, or begin a new run</source>
        <translation>تغيّر %1 منذ بدء التشغيل؛ استعد النسخة القديمة، أو ابدأ تشغيلًا جديدًا</translation>
    </message>
    <message>
        <source>This worker has no networks for models of %1</source>
        <translation>ليست لدى هذا العامل شبكات لنماذج %1</translation>
    </message>
    <message>
        <source>%1 exists already; choose another folder</source>
        <translation>%1 موجود من قبل؛ اختر مجلدًا آخر</translation>
    </message>
    <message>
        <source>%1 holds a manifest already; choose another folder</source>
        <translation>يحوي %1 بيانًا (manifest) من قبل؛ اختر مجلدًا آخر</translation>
    </message>
    <message>
        <source>Cannot create the folder %1: %2</source>
        <translation>تعذّر إنشاء المجلد %1: %2</translation>
    </message>
    <message>
        <source>Cannot export %1: none of the files is there any more</source>
        <translation>تعذّر تصدير %1: لم يعد أي من الملفات موجودًا</translation>
    </message>
    <message>
        <source>Cannot write %1: %2</source>
        <translation>تعذّرت كتابة %1: %2</translation>
    </message>
    <message>
        <source>%1 cannot be read; check the disk</source>
        <translation>تعذّرت قراءة %1؛ افحص القرص</translation>
    </message>
    <message>
        <source>--name-pattern %1: "%2" cannot be part of a file name; leave it out</source>
        <translation>--name-pattern %1: لا يمكن أن يكون "%2" جزءًا من اسم ملف؛ احذفه</translation>
    </message>
    <message>
        <source>--name-pattern %1: ".." cannot be part of a file name; leave it out</source>
        <translation>--name-pattern %1: لا يمكن أن تكون ".." جزءًا من اسم ملف؛ احذفها</translation>
    </message>
    <message>
        <source>--name-pattern %1: a "[" is not closed; use %2</source>
        <translation>--name-pattern %1: هناك "[" لم تُغلق؛ استخدم %2</translation>
    </message>
    <message>
        <source>--name-pattern %1: there is no token [%2]; use %3</source>
        <translation>--name-pattern %1: لا يوجد رمز [%2]؛ استخدم %3</translation>
    </message>
    <message>
        <source>--name-pattern has a control or invisible character; leave it out</source>
        <translation>في --name-pattern محرف تحكم أو محرف غير مرئي؛ احذفه</translation>
    </message>
    <message>
        <source>--name-pattern is empty; use text and %1</source>
        <translation>--name-pattern فارغ؛ استخدم نصًا و%1</translation>
    </message>
    <message>
        <source>%1, line %2: the record is damaged and was skipped; its item is made again unless it is complete</source>
        <translation>%1، السطر %2: السجل تالف وجرى تخطيه؛ يُصنع عنصره من جديد ما لم يكن مكتملًا</translation>
    </message>
    <message>
        <source>A "%1" record of the journal is malformed: %2</source>
        <translation>سجل "%1" في دفتر اليومية مشوّه: %2</translation>
    </message>
    <message>
        <source>A record of the journal has a wrong CRC</source>
        <translation>في دفتر اليومية سجل قيمة CRC فيه خاطئة</translation>
    </message>
    <message>
        <source>Another fanlight is running in %1: wait until it has finished, cancel it, or give another folder with -o</source>
        <translation>يعمل fanlight آخر في %1: انتظر حتى ينتهي، أو ألغه، أو حدّد مجلدًا آخر بالخيار -o</translation>
    </message>
    <message>
        <source>The journal has been changed while it was read</source>
        <translation>تغيّر دفتر اليومية أثناء قراءته</translation>
    </message>
    <message>
        <source>There is no journal record of type "%1"</source>
        <translation>لا يوجد في دفتر اليومية سجل من النوع "%1"</translation>
    </message>
    <message>
        <source>%1: it is malformed; the file was changed by something other than Fanlight</source>
        <translation>%1: إنه مشوّه؛ غيّر الملفَّ شيءٌ غير Fanlight</translation>
    </message>
    <message>
        <source>%1 is being made; cancel it first</source>
        <translation>%1 قيد الصنع؛ ألغه أولًا</translation>
    </message>
    <message>
        <source>%1 is not being made</source>
        <translation>%1 ليس قيد الصنع</translation>
    </message>
    <message>
        <source>%1 is queued already</source>
        <translation>%1 في قائمة الانتظار من قبل</translation>
    </message>
    <message>
        <source>Items can be cancelled once their run has begun</source>
        <translation>لا يمكن إلغاء العناصر إلا بعد أن يبدأ تشغيلها</translation>
    </message>
    <message>
        <source>No run is being made</source>
        <translation>لا تشغيل قيد الصنع</translation>
    </message>
    <message>
        <source>The queue was not updated: %1</source>
        <translation>لم تُحدَّث قائمة الانتظار: %1</translation>
    </message>
    <message>
        <source>There is no run %1</source>
        <translation>لا يوجد تشغيل %1</translation>
    </message>
    <message>
        <source>This run owner makes a single run; start the other one separately</source>
        <translation>مالك التشغيل هذا يصنع تشغيلًا واحدًا فقط؛ ابدأ الآخر على حدة</translation>
    </message>
    <message>
        <source>The run owner broke the protocol: %1</source>
        <translation>خالف مالك التشغيل البروتوكول: %1</translation>
    </message>
    <message>
        <source>it speaks version %1, not %2</source>
        <translation>يستخدم الإصدار %1 لا %2</translation>
    </message>
    <message>
        <source>there is no run %1</source>
        <translation>لا يوجد تشغيل %1</translation>
    </message>
    <message>
        <source>%1 cannot be started; it belongs beside this program</source>
        <translation>تعذّر بدء %1؛ مكانه بجانب هذا البرنامج</translation>
    </message>
    <message>
        <source>%1; the run is made all the same</source>
        <translation>%1؛ ومع ذلك يُصنع التشغيل</translation>
    </message>
    <message>
        <source>A run owner already listens at %1 (%2); use that one</source>
        <translation>يستمع مالك تشغيل من قبل على %1 (%2)؛ استخدمه</translation>
    </message>
    <message>
        <source>%1 was written by a later version of Fanlight; use that one, or move the file away to begin a new queue</source>
        <translation>%1 كتبه إصدار أحدث من Fanlight؛ استخدم ذلك الإصدار، أو انقل الملف من مكانه لتبدأ قائمة انتظار جديدة</translation>
    </message>
    <message>
        <source>%1: "runs" must be a list</source>
        <translation>%1: يجب أن تكون "runs" قائمة</translation>
    </message>
    <message>
        <source>%1: a run's folder must be an absolute path</source>
        <translation>%1: يجب أن يكون مجلد التشغيل مسارًا مطلقًا</translation>
    </message>
    <message>
        <source>A run folder must be named by its absolute path</source>
        <translation>يجب تسمية مجلد التشغيل بمساره المطلق</translation>
    </message>
    <message>
        <source>The queue knows no run in %1</source>
        <translation>لا تعرف قائمة الانتظار تشغيلًا في %1</translation>
    </message>
    <message>
        <source>The run in %1 is being made; cancel it first</source>
        <translation>التشغيل الموجود في %1 قيد الصنع؛ ألغه أولًا</translation>
    </message>
    <message>
        <source>The run in %1 is not waiting, so it cannot be moved</source>
        <translation>التشغيل الموجود في %1 ليس في الانتظار، فلا يمكن نقله</translation>
    </message>
    <message>
        <source>The run in %1 is not waiting, so nothing can go before it</source>
        <translation>التشغيل الموجود في %1 ليس في الانتظار، فلا يمكن أن يسبقه شيء</translation>
    </message>
    <message>
        <source>The run in %1 is not waiting; it has begun or ended</source>
        <translation>التشغيل الموجود في %1 ليس في الانتظار؛ فقد بدأ أو انتهى</translation>
    </message>
    <message>
        <source>The run in %1 is queued already</source>
        <translation>التشغيل الموجود في %1 في قائمة الانتظار من قبل</translation>
    </message>
    <message>
        <source>Cannot listen at %1 for other programs to watch: %2</source>
        <translation>تعذّر الاستماع على %1 لتتمكن برامج أخرى من المتابعة: %2</translation>
    </message>
    <message>
        <source>Read the answers before sending more requests</source>
        <translation>اقرأ الأجوبة قبل إرسال طلبات أخرى</translation>
    </message>
    <message>
        <source>This run owner speaks version %1, not %2; use one version of Fanlight</source>
        <translation>يستخدم مالك التشغيل هذا الإصدار %1 لا %2؛ استخدم إصدارًا واحدًا من Fanlight</translation>
    </message>
    <message>
        <source>%1 holds no run: there is no .fanlight/run.json in it</source>
        <translation>لا يحوي %1 تشغيلًا: لا يوجد فيه .fanlight/run.json</translation>
    </message>
    <message>
        <source>%1 must be a folder of yours that nobody else may enter (mode 0700); remove it, or set XDG_RUNTIME_DIR to a folder of yours</source>
        <translation>يجب أن يكون %1 مجلدًا لك لا يدخله أحد غيرك (الصلاحيات 0700)؛ احذفه، أو اضبط XDG_RUNTIME_DIR على مجلد لك</translation>
    </message>
    <message>
        <source>Cannot create the folder %1: %2; set XDG_RUNTIME_DIR to a folder of yours</source>
        <translation>تعذّر إنشاء المجلد %1: %2؛ اضبط XDG_RUNTIME_DIR على مجلد لك</translation>
    </message>
    <message>
        <source>The run in %1 is not being made now; fanlight queue resume %2 makes what is missing</source>
        <translation>التشغيل الموجود في %1 ليس قيد الصنع الآن؛ الأمر fanlight queue resume %2 يصنع ما ينقصه</translation>
    </message>
    <message>
        <source>Run %1 cannot have %2 items</source>
        <translation>لا يمكن أن يكون للتشغيل %1 هذا العدد من العناصر: %2</translation>
    </message>
    <message>
        <source>Run %1 cannot have a worker %2</source>
        <translation>لا يمكن أن يكون للتشغيل %1 العامل %2</translation>
    </message>
    <message>
        <source>Run %1 cannot have made %2 items</source>
        <translation>لا يمكن أن يكون التشغيل %1 قد صنع هذا العدد من العناصر: %2</translation>
    </message>
    <message>
        <source>Run %1 cannot take so long</source>
        <translation>لا يمكن أن يستغرق التشغيل %1 كل هذا الوقت</translation>
    </message>
    <message>
        <source>Run %1 has no item %2</source>
        <translation>ليس في التشغيل %1 العنصر %2</translation>
    </message>
    <message>
        <source>Run %1 has no worker %2</source>
        <translation>ليس في التشغيل %1 العامل %2</translation>
    </message>
    <message>
        <source>There is no item state called "%1"</source>
        <translation>لا توجد حالة عنصر باسم "%1"</translation>
    </message>
    <message>
        <source>There is no run phase called "%1"</source>
        <translation>لا توجد مرحلة تشغيل باسم "%1"</translation>
    </message>
    <message>
        <source>The text has no mask to fill in; write %1 where a word is wanted</source>
        <translation>لا يوجد في النص قناع يُملأ؛ اكتب %1 حيث تريد كلمة</translation>
    </message>
    <message>
        <source>A micro-batch mixes images with and without guidance; cfg_scale must be above %1 for all or for none</source>
        <translation>تخلط دفعة مصغّرة صورًا بتوجيه وصورًا من دونه؛ يجب أن تكون cfg_scale أكبر من %1 للكل أو لا تكون لأي منها</translation>
    </message>
    <message>
        <source>The network gives %1 logits, and there are %2 labels</source>
        <translation>تعطي الشبكة قيم logits عددها %1، وعدد التسميات %2</translation>
    </message>
    <message>
        <source>The network's numbers are not finite; try another dtype</source>
        <translation>أعداد الشبكة ليست منتهية؛ جرّب dtype آخر</translation>
    </message>
    <message>
        <source>%1 holds the tensor "%2", which its config.json does not account for</source>
        <translation>يحوي %1 الموتّر "%2" الذي لا يرد في ملفه config.json</translation>
    </message>
    <message>
        <source>A stage received something that is not images</source>
        <translation>استقبلت مرحلة ما ليس صورًا</translation>
    </message>
    <message>
        <source>The text is one token long, and a score begins with the second; give a longer text</source>
        <translation>طول النص رمز واحد، والتقييم يبدأ من الثاني؛ أعطِ نصًا أطول</translation>
    </message>
    <message>
        <source>%1: the text encoder knows the tokens 0 to %2, and the texts have others; the tokenizer belongs to another model</source>
        <translation>%1: يعرف مرمّز النص الرموز من 0 إلى %2، وفي النصوص غيرها؛ المرمِّز (tokenizer) يخص نموذجًا آخر</translation>
    </message>
    <message>
        <source>%1: the texts have %2 tokens with their padding, and the text encoder reads %3; shorten them</source>
        <translation>%1: عدد رموز النصوص مع الحشو %2، ومرمّز النص يقرأ %3؛ قصّرها</translation>
    </message>
    <message>
        <source>A text encoder of which no hidden state is wanted has nothing to compute</source>
        <translation>مرمّز نص لا تُطلب منه أي حالة مخفية ليس لديه ما يحسبه</translation>
    </message>
    <message>
        <source>A text encoder takes ids, a mask and positions of one shape, [texts, tokens]</source>
        <translation>يأخذ مرمّز النص معرّفات وقناعًا ومواضع بشكل واحد، [texts, tokens]</translation>
    </message>
    <message>
        <source>A text encoder takes positions from 0 on</source>
        <translation>يأخذ مرمّز النص مواضع تبدأ من 0</translation>
    </message>
    <message>
        <source>A text of %1 tokens is longer than the %2 that the text encoder is given; shorten it</source>
        <translation>نص عدد رموزه %1 أطول من الحد المعطى لمرمّز النص، وهو %2؛ قصّره</translation>
    </message>
    <message>
        <source>%1/config.json: decoder_start_token_id is missing, the token with which texts begin; complete it</source>
        <translation>%1/config.json: ينقص decoder_start_token_id، وهو الرمز الذي تبدأ به النصوص؛ أكمله</translation>
    </message>
    <message>
        <source>The label %1 has no tokens for this model; choose another one</source>
        <translation>ليست للتسمية %1 رموز في هذا النموذج؛ اختر تسمية أخرى</translation>
    </message>
    <message>
        <source>The prompt %1 is %2 tokens long and the model's context %3; shorten it, or let it be truncated (left or right)</source>
        <translation>عدد رموز الوصف %1 هو %2، وسياق النموذج %3؛ قصّره، أو اسمح بقصّه (left أو right)</translation>
    </message>
    <message>
        <source>The prompt %1 is %2 tokens long, its label %3 %4, and the model's context %5; shorten them, or let the prompt be truncated (left or right)</source>
        <translation>عدد رموز الوصف %1 هو %2، وعدد رموز تسميته %3 هو %4، وسياق النموذج %5؛ قصّرهما، أو اسمح بقصّ الوصف (left أو right)</translation>
    </message>
    <message>
        <source>The prompt is empty, and this model has no token that begins a text; give it a prompt</source>
        <translation>الوصف فارغ، وليس في هذا النموذج رمز يبدأ به النص؛ أعطه وصفًا</translation>
    </message>
    <message>
        <source>The tokenizer knows a token %1 and the model only %2 tokens; tokenizer and weights belong to different models</source>
        <translation>يعرف المرمِّز (tokenizer) رمزًا هو %1، ولا يعرف النموذج من الرموز إلا %2؛ المرمِّز والأوزان من نموذجين مختلفين</translation>
    </message>
    <message>
        <source>%1 at a time make no more images on %2</source>
        <translation>صنع %1 معًا لا يزيد عدد الصور على %2</translation>
    </message>
    <message>
        <source>%1 at a time make only %2 % more images on %3</source>
        <translation>صنع %1 معًا لا يزيد عدد الصور إلا بنسبة %2 % على %3</translation>
    </message>
    <message>
        <source>%1 could not be timed in a few seconds: %2</source>
        <translation>تعذّر قياس زمن %1 في بضع ثوانٍ: %2</translation>
    </message>
    <message>
        <source>%1 hardly has room for a row of %2 tokens</source>
        <translation>لا يكاد %1 يتسع لصف عدد رموزه %2</translation>
    </message>
    <message>
        <source>%1 has no room for %2</source>
        <translation>لا يتسع %1 لـ %2</translation>
    </message>
    <message>
        <source>%1 has room for %2 of %3 tokens, and not for %4</source>
        <translation>يتسع %1 لـ %2 بعدد رموز %3، ولا يتسع لـ %4</translation>
    </message>
    <message>
        <source>%1 is only assumed, so no layer can be timed there</source>
        <translation>%1 مفترض فقط، فلا يمكن قياس زمن أي طبقة عليه</translation>
    </message>
    <message>
        <source>more rows gain little on a CPU</source>
        <translation>زيادة الصفوف قليلة الفائدة على وحدة CPU</translation>
    </message>
    <message>
        <source>more rows gain little on a GPU</source>
        <translation>زيادة الصفوف قليلة الفائدة على وحدة GPU</translation>
    </message>
    <message>
        <source>the default, since %1 has no room for the whole model</source>
        <translation>القيمة الافتراضية، لأن %1 لا يتسع للنموذج كله</translation>
    </message>
    <message>
        <source>--assume: the disk is not a device that computes</source>
        <translation>--assume: القرص ليس جهازًا يحسب</translation>
    </message>
    <message>
        <source>the fastest, with the fewest parts</source>
        <translation>الأسرع، بأقل عدد من الأجزاء</translation>
    </message>
    <message>
        <source>what generate does without --mode; %1 would make more</source>
        <translation>ما يفعله generate من دون --mode؛ وكان %1 سيصنع أكثر</translation>
    </message>
    <message>
        <source>%1 %2 answered with too long an answer</source>
        <translation>أجاب %1 %2 بجواب أطول من اللازم</translation>
    </message>
    <message>
        <source>%1 %2 ended without an answer</source>
        <translation>انتهى %1 %2 من دون جواب</translation>
    </message>
    <message>
        <source>%1 cannot be started</source>
        <translation>تعذّر بدء %1</translation>
    </message>
    <message>
        <source>%1 did not answer within %2 s</source>
        <translation>لم يجب %1 خلال %2 ث</translation>
    </message>
    <message>
        <source>%1 fell silent while it timed the model's layers, and was ended</source>
        <translation>سكت %1 أثناء قياس أزمنة طبقات النموذج، فأُنهي</translation>
    </message>
    <message>
        <source>%1 measure did not time each layer</source>
        <translation>لم يقس %1 measure زمن كل طبقة</translation>
    </message>
    <message>
        <source>%1: greedy texts of one prompt are all the same; sample them, with --temperature say</source>
        <translation>%1: النصوص الجشعة (greedy) للوصف الواحد متطابقة كلها؛ خذ منها عينات، بالخيار --temperature مثلًا</translation>
    </message>
    <message>
        <source>%1: the %2 results of a prompt are all alike</source>
        <translation>%1: نتائج الوصف الواحد (%2) متطابقة كلها</translation>
    </message>
    <message>
        <source>%1: the model %2 has no use for it; leave it out</source>
        <translation>%1: لا حاجة للنموذج %2 إليه؛ احذفه</translation>
    </message>
    <message>
        <source>%1: the model %2 takes no negative prompt; leave it out</source>
        <translation>%1: لا يقبل النموذج %2 وصفًا سلبيًا؛ احذفه</translation>
    </message>
    <message>
        <source>%1: width and height must be multiples of %2 for the model %3, not %4x%5</source>
        <translation>%1: يجب أن يكون العرض والارتفاع من مضاعفات %2 للنموذج %3، لا %4x%5</translation>
    </message>
    <message>
        <source>--dtype %1 is for GPUs; on a CPU use %2</source>
        <translation>--dtype %1 مخصص لوحدات GPU؛ على وحدة CPU استخدم %2</translation>
    </message>
    <message>
        <source>--dtype %1: %2 (%3) is too old for it; use %4, or a GPU of compute capability 8.0 or higher</source>
        <translation>--dtype %1: %2 (%3) أقدم من أن يدعمه؛ استخدم %4، أو وحدة GPU بقدرة حسابية 8.0 أو أعلى</translation>
    </message>
    <message>
        <source>A run uses either GPUs or CPUs, since their pictures differ; name one kind in --devices</source>
        <translation>يستخدم التشغيل إما وحدات GPU وإما وحدات CPU، لأن صورهما تختلف؛ سمّ نوعًا واحدًا في --devices</translation>
    </message>
    <message>
        <source>The list holds no prompt, so there is nothing to make</source>
        <translation>لا تحوي القائمة أي وصف، فلا شيء يُصنع</translation>
    </message>
    <message>
        <source>The model %1 is made for conversations, and Fanlight cannot put a prompt into its chat template yet; give --raw to have it continue the prompt as it is</source>
        <translation>النموذج %1 مصنوع للمحادثات، ولا يستطيع Fanlight بعد وضع وصف في قالب محادثته؛ استخدم --raw ليكمل الوصف كما هو</translation>
    </message>
    <message>
        <source>The scheduler of the model %1, %2, is not known; choose a sampler in its place (--sampler): %3</source>
        <translation>مجدول النموذج %1، وهو %2، غير معروف؛ اختر بدلًا منه طريقة عينات (--sampler): %3</translation>
    </message>
    <message>
        <source>There is no dtype "%1"; choose one of %2</source>
        <translation>لا يوجد dtype باسم "%1"؛ اختر واحدًا من %2</translation>
    </message>
    <message>
        <source>%1 (%2) is a MIG instance, which cannot work with others on one model; use replicas</source>
        <translation>%1 (%2) مثيل MIG لا يمكنه العمل مع غيره على نموذج واحد؛ استخدم النُّسخ</translation>
    </message>
    <message>
        <source>%1 is not the LoRA that the images were made with: its SHA-256 is %2 and not %3</source>
        <translation>%1 ليس ملف LoRA الذي صُنعت به الصور: قيمة SHA-256 له %2 لا %3</translation>
    </message>
    <message>
        <source>%1 is not the embedding that the images were made with: its SHA-256 is %2 and not %3</source>
        <translation>%1 ليس التضمين الذي صُنعت به الصور: قيمة SHA-256 له %2 لا %3</translation>
    </message>
    <message>
        <source>Names in the prompts stand for embeddings: %1</source>
        <translation>في الأوصاف أسماء تقوم مقام تضمينات: %1</translation>
    </message>
    <message>
        <source>%1 is not the model that the images were made with: its SHA-256 is %2 and not %3; name the right one with --model</source>
        <translation>%1 ليس النموذج الذي صُنعت به الصور: قيمة SHA-256 له %2 لا %3؛ سمّ النموذج الصحيح بالخيار --model</translation>
    </message>
    <message>
        <source>%1 tells of images of GPUs and of CPUs (%2 and %3); replay them one by one</source>
        <translation>يذكر %1 صورًا صُنعت على وحدات GPU وأخرى على وحدات CPU (%2 و%3)؛ أعد صنعها واحدة واحدة</translation>
    </message>
    <message>
        <source>%1 tells of no image, so there is nothing to make again</source>
        <translation>لا يذكر %1 أي صورة، فلا شيء يُعاد صنعه</translation>
    </message>
    <message>
        <source>%1 was not made by Fanlight; make an image like it with generate -p</source>
        <translation>%1 لم يصنعه Fanlight؛ اصنع صورة مثله بالأمر generate -p</translation>
    </message>
    <message>
        <source>The images were made on %1, and images from GPUs and CPUs differ; name such a device in --devices, or make similar images with generate -p</source>
        <translation>صُنعت الصور على %1، وتختلف صور وحدات GPU عن صور وحدات CPU؛ سمّ جهازًا من هذا النوع في --devices، أو اصنع صورًا مشابهة بالأمر generate -p</translation>
    </message>
    <message>
        <source>a CPU</source>
        <translation>وحدة CPU</translation>
    </message>
    <message>
        <source>text follows a closing quote; double a quote that is meant</source>
        <translation>يأتي نص بعد علامة تنصيص الإغلاق؛ كرّر علامة التنصيص إن كانت مقصودة</translation>
    </message>
    <message>
        <source>this quote is never closed</source>
        <translation>علامة التنصيص هذه لا تُغلق</translation>
    </message>
    <message>
        <source>%1: the text is not UTF-8; save the file as UTF-8</source>
        <translation>%1: النص ليس بترميز UTF-8؛ احفظ الملف بترميز UTF-8</translation>
    </message>
    <message>
        <source>%1: there is a NUL character; save the file as UTF-8</source>
        <translation>%1: يوجد محرف NUL؛ احفظ الملف بترميز UTF-8</translation>
    </message>
    <message>
        <source>%1 The same in %2</source>
        <translation>%1 وكذلك في %2</translation>
    </message>
    <message numerus="yes">
        <source>%n more places</source>
        <translation>
            <numerusform>لا مواضع أخرى</numerusform>
            <numerusform>موضع آخر</numerusform>
            <numerusform>موضعان آخران</numerusform>
            <numerusform>%n مواضع أخرى</numerusform>
            <numerusform>%n موضعًا آخر</numerusform>
            <numerusform>%n موضع آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>And %1 more</source>
        <translation>و%1 غيرها</translation>
    </message>
    <message>
        <source>%1: %2 is not a parameter; known: %3; --ignore-columns leaves others out</source>
        <translation>%1: %2 ليس معاملًا؛ المعروف: %3؛ ويُهمل --ignore-columns غيرها</translation>
    </message>
    <message>
        <source>%1: %2 is not a parameter; write %3, or give a column of your own another name</source>
        <translation>%1: %2 ليس معاملًا؛ اكتب %3، أو أعطِ عمودك الخاص اسمًا آخر</translation>
    </message>
    <message>
        <source>%1: a prompt must be a text in quotes, not %2</source>
        <translation>%1: يجب أن يكون الوصف نصًا بين علامتي تنصيص، لا %2</translation>
    </message>
    <message>
        <source>%1: this must be a text or a number</source>
        <translation>%1: يجب أن يكون هذا نصًا أو عددًا</translation>
    </message>
    <message>
        <source>each line must be an object such as {"prompt": "a dog"}</source>
        <translation>يجب أن يكون كل سطر كائنًا مثل {"prompt": "a dog"}</translation>
    </message>
    <message>
        <source>is not valid JSON%1; mend the line, or delete it</source>
        <translation>ليس JSON صالحًا%1؛ أصلح السطر أو احذفه</translation>
    </message>
    <message>
        <source>it is nested more than %1 levels deep</source>
        <translation>مستويات تداخله أكثر من %1</translation>
    </message>
    <message>
        <source>the object has no "prompt"</source>
        <translation>ليس في الكائن "prompt"</translation>
    </message>
    <message>
        <source>the prompt is empty, and the object says nothing else</source>
        <translation>الوصف فارغ، ولا يذكر الكائن شيئًا آخر</translation>
    </message>
    <message>
        <source>%1 is empty: it holds no prompt</source>
        <translation>%1 فارغ: لا يحوي أي وصف</translation>
    </message>
    <message>
        <source>%1: it cannot be read: %2</source>
        <translation>%1: تعذّرت قراءته: %2</translation>
    </message>
    <message>
        <source>%1: no column is called %2, as --columns says</source>
        <translation>%1: لا يوجد عمود باسم %2 كما يذكر --columns</translation>
    </message>
    <message>
        <source>%1: prompt lists end in .txt, .prompts, .csv, .tsv or .jsonl</source>
        <translation>%1: تنتهي أسماء قوائم الأوصاف بـ .txt أو .prompts أو .csv أو .tsv أو .jsonl</translation>
    </message>
    <message>
        <source>%1: there is no .txt file in it</source>
        <translation>%1: لا يوجد فيه ملف .txt</translation>
    </message>
    <message>
        <source>%1: %2 has no value</source>
        <translation>%1: ليست لـ %2 قيمة</translation>
    </message>
    <message>
        <source>%1: %2 has other dashes than an option, or something invisible; write --%3</source>
        <translation>%1: في %2 شرطات غير شرطات الخيار، أو شيء غير مرئي؛ اكتب --%3</translation>
    </message>
    <message>
        <source>%1: %2 stands where an option is expected; quote a value that has blanks</source>
        <translation>%1: %2 في موضع يُنتظر فيه خيار؛ ضع القيمة التي فيها فراغات بين علامتي تنصيص</translation>
    </message>
    <message>
        <source>%1: the line has options and no --prompt</source>
        <translation>%1: في السطر خيارات وليس فيه --prompt</translation>
    </message>
    <message>
        <source>%1: this quote is never closed</source>
        <translation>%1: علامة التنصيص هذه لا تُغلق</translation>
    </message>
    <message>
        <source>%1: %2 stands in a column without a name; name it, or quote a cell that holds the delimiter</source>
        <translation>%1: %2 في عمود بلا اسم؛ سمّه، أو ضع الخلية التي تحوي الفاصل بين علامتي تنصيص</translation>
    </message>
    <message>
        <source>%1: no column is called prompt; the first line must name the columns</source>
        <translation>%1: لا يوجد عمود باسم prompt؛ يجب أن يسمّي السطر الأول الأعمدة</translation>
    </message>
    <message>
        <source>%1: the row has %2 cells and the header %3; quote a cell that holds the delimiter</source>
        <translation>%1: عدد خلايا الصف %2 وعدد خلايا الترويسة %3؛ ضع الخلية التي تحوي الفاصل بين علامتي تنصيص</translation>
    </message>
    <message>
        <source>%1: a prompt is no setting for others; write it on a line of its own</source>
        <translation>%1: الوصف ليس إعدادًا لغيره؛ اكتبه في سطر مستقل</translation>
    </message>
    <message>
        <source>%1: sections such as %2 are not understood; write one prompt a line</source>
        <translation>%1: الأقسام مثل %2 غير مفهومة؛ اكتب وصفًا واحدًا في كل سطر</translation>
    </message>
    <message>
        <source>There is no worker state called "%1"</source>
        <translation>لا توجد حالة عامل باسم "%1"</translation>
    </message>
    <message>
        <source>A message is longer than 1 MiB</source>
        <translation>رسالة أطول من 1 MiB</translation>
    </message>
    <message>
        <source>A "%1" message is malformed: %2</source>
        <translation>رسالة "%1" مشوّهة: %2</translation>
    </message>
    <message>
        <source>There is no message of type "%1"</source>
        <translation>لا توجد رسالة من النوع "%1"</translation>
    </message>
    <message>
        <source>%1 is too long for a message</source>
        <translation>%1 أطول من أن تسعه رسالة</translation>
    </message>
    <message>
        <source>what it tells of item %1 is not an object</source>
        <translation>ما يذكره عن العنصر %1 ليس كائنًا</translation>
    </message>
    <message>
        <source>The run's pipelines have %1 stages, and %2 processes are asked for; start a multiple of %3</source>
        <translation>عدد مراحل سلاسل هذا التشغيل %1، وعدد العمليات المطلوبة %2؛ ابدأ عددًا من مضاعفات %3</translation>
    </message>
    <message>
        <source>micro_batches must be from 1 to %1</source>
        <translation>يجب أن تكون micro_batches من 1 إلى %1</translation>
    </message>
    <message>
        <source>no worker is placed</source>
        <translation>لم يُوضع أي عامل</translation>
    </message>
    <message>
        <source>%1 is not a run; write one with fanlight generate --prepare -o DIR</source>
        <translation>%1 ليس تشغيلًا؛ اكتب واحدًا بالأمر fanlight generate --prepare -o DIR</translation>
    </message>
    <message>
        <source>%1, item %2: the file name %3 is used twice</source>
        <translation>%1، العنصر %2: استُخدم اسم الملف %3 مرتين</translation>
    </message>
    <message>
        <source>%1, recipe, the LoRA %2: %3</source>
        <translation>%1، الوصفة، LoRA %2: %3</translation>
    </message>
    <message>
        <source>%1, recipe, the embedding %2: %3</source>
        <translation>%1، الوصفة، التضمين %2: %3</translation>
    </message>
    <message>
        <source>%1: "split" is %2; it must be pull or even</source>
        <translation>%1: قيمة "split" هي %2؛ يجب أن تكون pull أو even</translation>
    </message>
    <message>
        <source>%1: a run has ten million items at most</source>
        <translation>%1: لا يضم التشغيل أكثر من عشرة ملايين عنصر</translation>
    </message>
    <message>
        <source>%1: a stage begins at layer %2, where the one before it ends at %3</source>
        <translation>%1: تبدأ مرحلة عند الطبقة %2، والتي قبلها تنتهي عند %3</translation>
    </message>
    <message>
        <source>%1: its index is %2</source>
        <translation>%1: فهرسه %2</translation>
    </message>
    <message>
        <source>%1: its prompt is too long: with its parameters it takes %2 bytes, and %3 are the most</source>
        <translation>%1: وصفه أطول من اللازم: يشغل مع معاملاته %2 بايت، والحد الأقصى %3</translation>
    </message>
    <message>
        <source>%1: no device is named</source>
        <translation>%1: لم يُسمَّ أي جهاز</translation>
    </message>
    <message>
        <source>%1: stages belong to a pipeline, and a pipeline has some</source>
        <translation>%1: المراحل جزء من سلسلة، ولكل سلسلة بعضها</translation>
    </message>
    <message>
        <source>%1: there are not as many workers placed as devices named</source>
        <translation>%1: عدد العمّال الموضوعين لا يساوي عدد الأجهزة المسماة</translation>
    </message>
    <message>
        <source>%1: there is nothing to make, the list of items is empty</source>
        <translation>%1: لا شيء يُصنع، قائمة العناصر فارغة</translation>
    </message>
    <message>
        <source>%1: was written by a newer Fanlight; finish the run with that one</source>
        <translation>%1: كتبه إصدار أحدث من Fanlight؛ أكمل التشغيل بذلك الإصدار</translation>
    </message>
    <message>
        <source>%1 exists already and is in the way of a new image</source>
        <translation>%1 موجود من قبل ويعترض صورة جديدة</translation>
    </message>
    <message>
        <source>%1 cannot load the model: %2</source>
        <translation>لا يستطيع %1 تحميل النموذج: %2</translation>
    </message>
    <message>
        <source>%1; it had died %2 times in a row</source>
        <translation>%1؛ وقد مات مرات متتالية عددها %2</translation>
    </message>
    <message>
        <source>%1; its device has failed %2 times</source>
        <translation>%1؛ وقد تعطّل جهازه مرات عددها %2</translation>
    </message>
    <message>
        <source>%1; its log ends: %2</source>
        <translation>%1؛ وينتهي سجله بما يلي: %2</translation>
    </message>
    <message>
        <source>did not give up what it had in hand</source>
        <translation>لم يتخلَّ عما في يده</translation>
    </message>
    <message>
        <source>failed (%1): %2</source>
        <translation>أخفق (%1): %2</translation>
    </message>
    <message>
        <source>hung: it lived, and made no step in %1 s</source>
        <translation>تعلّق: كان حيًا ولم ينجز أي خطوة خلال %1 ث</translation>
    </message>
    <message>
        <source>it has %1 slots</source>
        <translation>عدد خاناته %1</translation>
    </message>
    <message>
        <source>it loaded a model without being asked to</source>
        <translation>حمّل نموذجًا من دون أن يُطلب منه</translation>
    </message>
    <message>
        <source>it said hello twice</source>
        <translation>حيّا مرتين</translation>
    </message>
    <message>
        <source>it speaks version %1, not %2; install fanlight and fanlight-worker of one version</source>
        <translation>يستخدم الإصدار %1 لا %2؛ ثبّت fanlight و fanlight-worker من إصدار واحد</translation>
    </message>
    <message>
        <source>was left by its pipeline</source>
        <translation>تركته سلسلته</translation>
    </message>
    <message>
        <source>An item can be moved only while it is waiting</source>
        <translation>لا يمكن نقل عنصر إلا وهو في الانتظار</translation>
    </message>
    <message>
        <source>Nothing can go before item %1, which is not waiting</source>
        <translation>لا يمكن أن يسبق شيء العنصر %1، فهو ليس في الانتظار</translation>
    </message>
    <message>
        <source>%1 holds no run: there is neither .fanlight/run.json nor manifest.jsonl in it</source>
        <translation>لا يحوي %1 تشغيلًا: لا يوجد فيه .fanlight/run.json ولا manifest.jsonl</translation>
    </message>
    <message>
        <source>%1: the journal records %2 as item %3, which is %4; resume the run</source>
        <translation>%1: يسجّل دفتر اليومية %2 على أنه العنصر %3، وهو %4؛ استأنف التشغيل</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>نص</translation>
    </message>
    <message>
        <source>%1; finished items are safe; continue with --resume %2</source>
        <translation>%1؛ العناصر المنتهية محفوظة؛ تابع بالخيار --resume %2</translation>
    </message>
    <message>
        <source>%1; its unfinished items are made again</source>
        <translation>%1؛ تُصنع عناصره غير المنتهية من جديد</translation>
    </message>
    <message>
        <source>%1; no worker is left</source>
        <translation>%1؛ لم يبق أي عامل</translation>
    </message>
    <message>
        <source>%1; the run goes on without it</source>
        <translation>%1؛ ويستمر التشغيل من دونه</translation>
    </message>
    <message>
        <source>A run that deals fixed shares (--split even) takes no more images; start another run</source>
        <translation>التشغيل الذي يوزّع حصصًا ثابتة (--split even) لا يقبل صورًا أخرى؛ ابدأ تشغيلًا آخر</translation>
    </message>
    <message>
        <source>Item %1 has not failed</source>
        <translation>لم يخفق العنصر %1</translation>
    </message>
    <message>
        <source>Only images that are not made yet can be cancelled</source>
        <translation>لا يمكن إلغاء إلا الصور التي لم تُصنع بعد</translation>
    </message>
    <message>
        <source>The run is about to end</source>
        <translation>التشغيل على وشك الانتهاء</translation>
    </message>
    <message>
        <source>There is no worker %1</source>
        <translation>لا يوجد عامل %1</translation>
    </message>
    <message>
        <source>it dropped %1 without being told to</source>
        <translation>أسقط %1 من دون أن يُطلب منه</translation>
    </message>
    <message>
        <source>it failed with the unknown kind "%1"</source>
        <translation>أخفق بنوع غير معروف هو "%1"</translation>
    </message>
    <message>
        <source>it mentioned item %1, which it does not have</source>
        <translation>ذكر العنصر %1 وهو ليس لديه</translation>
    </message>
    <message>
        <source>it said that %1 is complete, but no such file of that size is there</source>
        <translation>ذكر أن %1 مكتمل، ولا يوجد هناك ملف بهذا الحجم</translation>
    </message>
    <message>
        <source>it sent a text where images are made</source>
        <translation>أرسل نصًا حيث تُصنع الصور</translation>
    </message>
    <message>
        <source>it sent no SHA-256 of %1</source>
        <translation>لم يرسل قيمة SHA-256 للملف %1</translation>
    </message>
    <message>
        <source>it wrote %1 instead of %2</source>
        <translation>كتب %1 بدلًا من %2</translation>
    </message>
    <message>
        <source>it wrote %1 where texts are made</source>
        <translation>كتب %1 حيث تُصنع النصوص</translation>
    </message>
    <message>
        <source>workers died while they made it; the last time: %1</source>
        <translation>مات عمّال أثناء صنعه؛ وكان آخر ذلك: %1</translation>
    </message>
    <message>
        <source>Cannot make a folder in %1 for the stages to meet in: %2</source>
        <translation>تعذّر إنشاء مجلد في %1 لتلتقي فيه المراحل: %2</translation>
    </message>
    <message>
        <source>%1; finish the run with --resume</source>
        <translation>%1؛ أكمل التشغيل بالخيار --resume</translation>
    </message>
    <message>
        <source>%1 exists already and is in the way of a new image; give another folder with -o, or move it</source>
        <translation>%1 موجود من قبل ويعترض صورة جديدة؛ حدّد مجلدًا آخر بالخيار -o، أو انقله</translation>
    </message>
    <message>
        <source>%1 has changed since the run in %2 was begun; restore the old one, or begin a new run</source>
        <translation>تغيّر %1 منذ بدء التشغيل الموجود في %2؛ استعد النسخة القديمة، أو ابدأ تشغيلًا جديدًا</translation>
    </message>
    <message>
        <source>%1 holds a run already: finish it with --resume %2, or give another folder with -o</source>
        <translation>يحوي %1 تشغيلًا من قبل: أكمله بالخيار --resume %2، أو حدّد مجلدًا آخر بالخيار -o</translation>
    </message>
    <message>
        <source>The journal in %1 no longer says what became of %2</source>
        <translation>لم يعد دفتر اليومية في %1 يذكر ما آل إليه %2</translation>
    </message>
    <message>
        <source>broke the protocol: %1</source>
        <translation>خالف البروتوكول: %1</translation>
    </message>
    <message>
        <source>cannot be started: %1</source>
        <translation>تعذّر بدؤه: %1</translation>
    </message>
    <message>
        <source>did not leave when asked to</source>
        <translation>لم يغادر حين طُلب منه ذلك</translation>
    </message>
    <message>
        <source>ended with exit status %1</source>
        <translation>انتهى بحالة الخروج %1</translation>
    </message>
    <message>
        <source>has not answered for %1 s</source>
        <translation>لم يجب منذ %1 ث</translation>
    </message>
    <message>
        <source>was killed by signal %1 (%2)</source>
        <translation>أُنهي بالإشارة %1 (%2)</translation>
    </message>
    <message>
        <source>scheduler_config.json: "lambda_min_clipped" leaves no training step; choose a lower one</source>
        <translation>scheduler_config.json: لا تُبقي "lambda_min_clipped" أي خطوة تدريب؛ اختر قيمة أقل</translation>
    </message>
    <message>
        <source>scheduler_config.json: with "use_dynamic_shifting" the noise depends on the picture's size, which is not known here</source>
        <translation>scheduler_config.json: مع "use_dynamic_shifting" يعتمد الضجيج على حجم الصورة، وهو غير معروف هنا</translation>
    </message>
    <message>
        <source>scheduler_config.json: the betas must leave shares of the picture from 0 to 1; check "beta_start", "beta_end" and "trained_betas"</source>
        <translation>scheduler_config.json: يجب أن تُبقي قيم بيتا من الصورة حصصًا من 0 إلى 1؛ راجع "beta_start" و "beta_end" و "trained_betas"</translation>
    </message>
    <message>
        <source>scheduler_config.json: timestep %1 is not among the %2 training steps; check "steps_offset", "num_train_timesteps" and "trained_betas"</source>
        <translation>scheduler_config.json: الخطوة الزمنية %1 ليست من خطوات التدريب التي عددها %2؛ راجع "steps_offset" و "num_train_timesteps" و "trained_betas"</translation>
    </message>
    <message>
        <source>%1 steps need as many noise levels, not %2</source>
        <translation>الخطوات التي عددها %1 تحتاج إلى العدد نفسه من مستويات الضجيج، لا %2</translation>
    </message>
    <message>
        <source>The first of %1 steps that is taken must be from 0 to %2, not %3</source>
        <translation>يجب أن تكون أول خطوة تُنفَّذ من الخطوات التي عددها %1 من 0 إلى %2، لا %3</translation>
    </message>
    <message>
        <source>The sampler "%1" is not known; known are %2</source>
        <translation>طريقة العينات "%1" غير معروفة؛ المعروف: %2</translation>
    </message>
    <message>
        <source>The sampler %1 cannot sample a model that predicts a flow; %2 can</source>
        <translation>لا تستطيع طريقة العينات %1 أخذ عينات من نموذج يتنبأ بتدفق؛ أما %2 فيمكن</translation>
    </message>
    <message>
        <source>temperature must be above 0; for 0, do not sample</source>
        <translation>يجب أن تكون temperature أكبر من 0؛ وللقيمة 0 لا تأخذ عينات</translation>
    </message>
    <message>
        <source>The sampler pndm with its warm-up (skip_prk_steps false) needs at least 4 steps</source>
        <translation>تحتاج طريقة العينات pndm مع تمهيدها (skip_prk_steps false) إلى 4 خطوات على الأقل</translation>
    </message>
    <message>
        <source>scheduler_config.json: unipc cannot end at "final_sigmas_type" zero with "predict_x0" or "lower_order_final" false; name sigma_min</source>
        <translation>scheduler_config.json: لا يمكن أن تنتهي unipc عند "final_sigmas_type" بقيمة zero مع "predict_x0" أو "lower_order_final" بقيمة false؛ سمّ sigma_min</translation>
    </message>
    <message>
        <source>steps must be from 1 to %1 for this model, not %2</source>
        <translation>يجب أن تكون steps من 1 إلى %1 لهذا النموذج، لا %2</translation>
    </message>
    <message>
        <source>%1: "%2" is %3, but must be one of %4</source>
        <translation>%1: قيمة "%2" هي %3، ويجب أن تكون واحدة من %4</translation>
    </message>
    <message>
        <source>%1: "%2" is not supported; set it to false or name another sampler</source>
        <translation>%1: "%2" غير مدعوم؛ اضبطه على false أو سمّ طريقة عينات أخرى</translation>
    </message>
    <message>
        <source>%1: "base_image_seq_len" and "max_image_seq_len" must differ</source>
        <translation>%1: يجب أن تختلف "base_image_seq_len" عن "max_image_seq_len"</translation>
    </message>
    <message>
        <source>%1: "predict_x0" must be true for a model that predicts a flow</source>
        <translation>%1: يجب أن تكون "predict_x0" بقيمة true لنموذج يتنبأ بتدفق</translation>
    </message>
    <message>
        <source>%1: "prediction_type" is "sample", but the sampler %2 takes epsilon and v_prediction only</source>
        <translation>%1: قيمة "prediction_type" هي "sample"، لكن طريقة العينات %2 لا تقبل إلا epsilon و v_prediction</translation>
    </message>
    <message>
        <source>%1: "shift_terminal" must be below 1</source>
        <translation>%1: يجب أن تكون "shift_terminal" أقل من 1</translation>
    </message>
    <message>
        <source>%1: "trained_betas" must be two numbers at least, each from 0 to 1</source>
        <translation>%1: يجب أن تكون "trained_betas" عددين على الأقل، كل منهما من 0 إلى 1</translation>
    </message>
    <message>
        <source>%1: must be an object, not %2</source>
        <translation>%1: يجب أن يكون كائنًا، لا %2</translation>
    </message>
    <message>
        <source>%1: of "use_karras_sigmas", "use_exponential_sigmas" and "use_beta_sigmas" only one may be true</source>
        <translation>%1: من "use_karras_sigmas" و "use_exponential_sigmas" و "use_beta_sigmas" لا تكون بقيمة true إلا واحدة</translation>
    </message>
    <message>
        <source>The sampler %1 cannot follow the schedule %2 on a model that predicts a flow; euler, euler_ancestral and lcm can</source>
        <translation>لا تستطيع طريقة العينات %1 اتباع الجدول %2 على نموذج يتنبأ بتدفق؛ أما euler وeuler_ancestral وlcm فيمكن</translation>
    </message>
    <message>
        <source>The sampler %1 cannot follow the schedule %2; %3 can</source>
        <translation>لا تستطيع طريقة العينات %1 اتباع الجدول %2؛ أما %3 فيمكن</translation>
    </message>
    <message>
        <source>The schedule "%1" is not known; known are %2</source>
        <translation>الجدول "%1" غير معروف؛ المعروف: %2</translation>
    </message>
    <message>
        <source>%1: "added_tokens" has too many tokens</source>
        <translation>%1: رموز "added_tokens" أكثر من اللازم</translation>
    </message>
    <message>
        <source>%1: "added_tokens" must be a list</source>
        <translation>%1: يجب أن تكون "added_tokens" قائمة</translation>
    </message>
    <message>
        <source>%1: merge %2 needs the token %3, which the vocabulary lacks</source>
        <translation>%1: يحتاج الدمج %2 إلى الرمز %3، وهو غير موجود في المفردات</translation>
    </message>
    <message>
        <source>%1: "%2" is missing</source>
        <translation>%1: "%2" غير موجود</translation>
    </message>
    <message>
        <source>%1: the vocabulary lacks the unknown token %2</source>
        <translation>%1: ينقص المفردات رمز المجهول %2</translation>
    </message>
    <message>
        <source>%1: the vocabulary has neither the symbol "%2" nor the unknown token "%3"</source>
        <translation>%1: ليس في المفردات الرمز المحرفي "%2" ولا رمز المجهول "%3"</translation>
    </message>
    <message>
        <source>%1: the character map is cut off</source>
        <translation>%1: خريطة المحارف مبتورة</translation>
    </message>
    <message>
        <source>%1: the character map is damaged</source>
        <translation>%1: خريطة المحارف تالفة</translation>
    </message>
    <message>
        <source>%1: the character map is not base64</source>
        <translation>%1: خريطة المحارف ليست base64</translation>
    </message>
    <message>
        <source>Cannot divide a text into characters: %1</source>
        <translation>تعذّر تقسيم نص إلى محارف: %1</translation>
    </message>
    <message>
        <source>%1: "content" must be a character, and neither "start" nor "stop" negative</source>
        <translation>%1: يجب أن يكون "content" محرفًا، وألا يكون "start" ولا "stop" سالبًا</translation>
    </message>
    <message>
        <source>%1: "prepend_scheme" may be always, first or never, not %2</source>
        <translation>%1: يمكن أن تكون "prepend_scheme" بقيمة always أو first أو never، لا %2</translation>
    </message>
    <message>
        <source>%1: "replacement" must be one character, not %2</source>
        <translation>%1: يجب أن يكون "replacement" محرفًا واحدًا، لا %2</translation>
    </message>
    <message>
        <source>%1: the pattern must be {"String": "…"} or {"Regex": "…"}, not %2</source>
        <translation>%1: يجب أن يكون النمط {"String": "…"} أو {"Regex": "…"}، لا %2</translation>
    </message>
    <message>
        <source>A tokenizer takes and makes texts of at most %1 bytes</source>
        <translation>يأخذ المرمِّز (tokenizer) ويصنع نصوصًا لا تتجاوز %1 بايت</translation>
    </message>
    <message>
        <source>%1: "%2" must be ["token", id], not %3</source>
        <translation>%1: يجب أن يكون "%2" بالشكل ["token", id]، لا %3</translation>
    </message>
    <message>
        <source>%1: "special_tokens" lacks %2, which a template uses</source>
        <translation>%1: ينقص "special_tokens" الرمز %2 الذي يستخدمه قالب</translation>
    </message>
    <message>
        <source>%1: a template has no place for the text %2</source>
        <translation>%1: لا موضع في القالب للنص %2</translation>
    </message>
    <message>
        <source>%1: a token's id must be a number from 0 to %2, not %3</source>
        <translation>%1: يجب أن يكون معرّف الرمز عددًا من 0 إلى %2، لا %3</translation>
    </message>
    <message>
        <source>%1: it comes behind another template, which is not supported</source>
        <translation>%1: يأتي بعد قالب آخر، وهذا غير مدعوم</translation>
    </message>
    <message>
        <source>%1: "length" must be at least 1</source>
        <translation>%1: يجب ألا تقل "length" عن 1</translation>
    </message>
    <message>
        <source>%1: a regular expression of more than %2 bytes</source>
        <translation>%1: تعبير نمطي يتجاوز %2 بايت</translation>
    </message>
    <message>
        <source>%1: matching takes too long (%2)</source>
        <translation>%1: تستغرق المطابقة وقتًا أطول من اللازم (%2)</translation>
    </message>
    <message>
        <source>%1: the regular expression %2 cannot be used (%3)</source>
        <translation>%1: لا يمكن استخدام التعبير النمطي %2 (%3)</translation>
    </message>
    <message>
        <source>%1: a piece must be 1 to %2 bytes of UTF-8 with a finite score</source>
        <translation>%1: يجب أن تكون القطعة من 1 إلى %2 بايت بترميز UTF-8 وأن تكون درجتها منتهية</translation>
    </message>
    <message>
        <source>%1: has no pieces</source>
        <translation>%1: ليست فيه قطع</translation>
    </message>
    <message>
        <source>%1: has too many pieces</source>
        <translation>%1: قطعه أكثر من اللازم</translation>
    </message>
    <message>
        <source>%1: is not a SentencePiece model, or a damaged one</source>
        <translation>%1: ليس نموذج SentencePiece، أو هو نموذج تالف</translation>
    </message>
    <message>
        <source>%1: the piece %2 is there twice</source>
        <translation>%1: القطعة %2 مكررة</translation>
    </message>
    <message>
        <source>%1: the unknown piece has the id %2, but there are %3 pieces</source>
        <translation>%1: معرّف القطعة المجهولة %2، لكن عدد القطع %3</translation>
    </message>
    <message>
        <source>%1: this kind of SentencePiece model is not supported; known are unigram and BPE</source>
        <translation>%1: هذا النوع من نماذج SentencePiece غير مدعوم؛ المعروف: unigram و BPE</translation>
    </message>
    <message>
        <source>%1: "model" is missing</source>
        <translation>%1: "model" غير موجود</translation>
    </message>
    <message>
        <source>No tokenizer in %1: it needs tokenizer.json, tokenizer.model or spiece.model</source>
        <translation>لا يوجد مرمِّز (tokenizer) في %1: يلزمه tokenizer.json أو tokenizer.model أو spiece.model</translation>
    </message>
    <message>
        <source>%1: the %2 %3 is not supported; known are %4</source>
        <translation>%1: %2 من النوع %3 غير مدعوم؛ المعروف: %4</translation>
    </message>
    <message>
        <source>Cannot normalise a text: %1</source>
        <translation>تعذّرت تسوية نص: %1</translation>
    </message>
    <message>
        <source>%1: "unk_id" is %2, but there are %3 pieces</source>
        <translation>%1: قيمة "unk_id" هي %2، لكن عدد القطع %3</translation>
    </message>
    <message>
        <source>%1: "vocab" has too many pieces</source>
        <translation>%1: قطع "vocab" أكثر من اللازم</translation>
    </message>
    <message>
        <source>%1: "vocab" must be a list of pieces with at least one piece</source>
        <translation>%1: يجب أن تكون "vocab" قائمة قطع فيها قطعة واحدة على الأقل</translation>
    </message>
    <message>
        <source>%1: piece %2 is longer than %3 bytes, or its score is not a number</source>
        <translation>%1: القطعة %2 أطول من %3 بايت، أو أن درجتها ليست عددًا</translation>
    </message>
    <message>
        <source>%1: piece %2 must be ["text", score], not %3</source>
        <translation>%1: يجب أن تكون القطعة %2 بالشكل ["text", score]، لا %3</translation>
    </message>
    <message>
        <source>%1: the text has a character that the vocabulary lacks, and no unknown token</source>
        <translation>%1: في النص محرف ليس في المفردات، ولا يوجد رمز للمجهول</translation>
    </message>
    <message>
        <source>%1: "merges" must be a list</source>
        <translation>%1: يجب أن تكون "merges" قائمة</translation>
    </message>
    <message>
        <source>%1: a merge must be "a b" or ["a", "b"]</source>
        <translation>%1: يجب أن يكون الدمج "a b" أو ["a", "b"]</translation>
    </message>
    <message>
        <source>%1: a merge must be two tokens with one blank between them</source>
        <translation>%1: يجب أن يكون الدمج رمزين بينهما فراغ واحد</translation>
    </message>
    <message>
        <source>%1: the id of token %2 must be a number from 0 to %3, not %4</source>
        <translation>%1: يجب أن يكون معرّف الرمز %2 عددًا من 0 إلى %3، لا %4</translation>
    </message>
    <message>
        <source>%1: the model is a %2, and only "BPE" is known here</source>
        <translation>%1: النموذج من النوع %2، ولا يُعرف هنا إلا "BPE"</translation>
    </message>
    <message>
        <source>%1: the vocabulary must be an object of token: id with at least one token</source>
        <translation>%1: يجب أن تكون المفردات كائنًا من token: id فيه رمز واحد على الأقل</translation>
    </message>
    <message>
        <source>No tokenizer in %1: it needs tokenizer.json, or vocab.json and merges.txt</source>
        <translation>لا يوجد مرمِّز (tokenizer) في %1: يلزمه tokenizer.json، أو vocab.json و merges.txt</translation>
    </message>
    <message>
        <source>%1: "max_input_chars_per_word" must be from 0 to %2</source>
        <translation>%1: يجب أن تكون "max_input_chars_per_word" من 0 إلى %2</translation>
    </message>
    <message>
        <source>%1: "vocab" is missing</source>
        <translation>%1: "vocab" غير موجود</translation>
    </message>
    <message>
        <source>%1: the vocabulary has neither a word of the text nor the unknown token %2</source>
        <translation>%1: ليس في المفردات كلمة من النص ولا رمز المجهول %2</translation>
    </message>
    <message>
        <source>%1: the behavior %2 is not known; it may be %3</source>
        <translation>%1: السلوك %2 غير معروف؛ يمكن أن يكون %3</translation>
    </message>
    <message numerus="yes">
        <source>%n CUDA devices</source>
        <translation>
            <numerusform>لا أجهزة CUDA</numerusform>
            <numerusform>جهاز CUDA واحد</numerusform>
            <numerusform>جهازا CUDA</numerusform>
            <numerusform>%n أجهزة CUDA</numerusform>
            <numerusform>%n جهاز CUDA</numerusform>
            <numerusform>%n جهاز CUDA</numerusform>
        </translation>
    </message>
    <message>
        <source>CUDA does not find %1; the GPU has been lost or changed, see fanlight devices or choose others with --devices</source>
        <translation>لا تجد CUDA الجهاز %1؛ فُقدت وحدة GPU أو تغيّرت، راجع fanlight devices أو اختر غيره بالخيار --devices</translation>
    </message>
    <message>
        <source>CUDA finds no GPU; see fanlight devices for why, or use --devices cpu</source>
        <translation>لا تجد CUDA أي وحدة GPU؛ راجع fanlight devices لمعرفة السبب، أو استخدم --devices cpu</translation>
    </message>
    <message>
        <source>Cannot load the CUDA half of LibTorch: %1</source>
        <translation>تعذّر تحميل جزء CUDA من LibTorch: %1</translation>
    </message>
    <message>
        <source>The device has so little free memory that pictures would differ in their last bits; lower --batch-size or the size, or end other programs that use it</source>
        <translation>ذاكرة الجهاز الحرة قليلة إلى حد أن الصور ستختلف في بتاتها الأخيرة؛ قلّل --batch-size أو الحجم، أو أنهِ البرامج الأخرى التي تستخدمه</translation>
    </message>
    <message>
        <source>There is no device "%1"; choose cpu or cuda:0, cuda:1, …</source>
        <translation>لا يوجد جهاز "%1"؛ اختر cpu أو cuda:0 أو cuda:1 أو …</translation>
    </message>
    <message>
        <source>There is no device "%1"; this machine has %2</source>
        <translation>لا يوجد جهاز "%1"؛ في هذا الحاسوب %2</translation>
    </message>
    <message>
        <source>libfanlight-cuda.so is of another version of Fanlight</source>
        <translation>libfanlight-cuda.so من إصدار آخر من Fanlight</translation>
    </message>
    <message>
        <source>%1 has dtype %2, and weights are floating-point numbers; choose another version of the model</source>
        <translation>في %1 dtype %2، والأوزان أعداد ذات فاصلة عائمة؛ اختر نسخة أخرى من النموذج</translation>
    </message>
    <message>
        <source>%1 has dtype %2, which no network here uses; choose another version of the model</source>
        <translation>في %1 dtype %2، ولا تستخدمه أي شبكة هنا؛ اختر نسخة أخرى من النموذج</translation>
    </message>
    <message>
        <source>%1 has no tensor "%2" of shape %3; config.json and weights belong to different models</source>
        <translation>ليس في %1 موتّر "%2" بالشكل %3؛ config.json والأوزان من نموذجين مختلفين</translation>
    </message>
    <message>
        <source>%1 has shape %2 where %3 is needed; config.json and weights belong to different models</source>
        <translation>شكل %1 هو %2 والمطلوب %3؛ config.json والأوزان من نموذجين مختلفين</translation>
    </message>
    <message>
        <source>%1: the layer of "%2" does not have the shape of the model's "%3"; choose a LoRA that was made for this model</source>
        <translation>%1: ليس لطبقة "%2" شكل "%3" في النموذج؛ اختر LoRA صُنع لهذا النموذج</translation>
    </message>
    <message>
        <source>%1: the model has no module for %2; choose a LoRA that was made for this model</source>
        <translation>%1: ليست في النموذج وحدة لـ %2؛ اختر LoRA صُنع لهذا النموذج</translation>
    </message>
    <message>
        <source>A micro-batch arrived that was not ordered</source>
        <translation>وصلت دفعة مصغّرة لم تُطلب</translation>
    </message>
    <message>
        <source>A stage cannot be given another model</source>
        <translation>لا يمكن إعطاء مرحلة نموذجًا آخر</translation>
    </message>
    <message>
        <source>An order has too many items</source>
        <translation>عناصر الطلب أكثر من اللازم</translation>
    </message>
    <message>
        <source>No model is loaded</source>
        <translation>لا نموذج محمّل</translation>
    </message>
    <message>
        <source>Cannot read from the run owner: %1</source>
        <translation>تعذّرت القراءة من مالك التشغيل: %1</translation>
    </message>
    <message>
        <source>The run owner no longer listens: %1</source>
        <translation>لم يعد مالك التشغيل يستمع: %1</translation>
    </message>
    <message>
        <source>The worker has no standard input and output; it is started by fanlight, not by hand</source>
        <translation>ليس للعامل دخل وخرج قياسيان؛ يبدؤه fanlight، ولا يُبدأ يدويًا</translation>
    </message>
    <message>
        <source>A micro-batch of %1 items does not fit a batch size of %2</source>
        <translation>دفعة مصغّرة عدد عناصرها %1 لا تناسب حجم دفعة هو %2</translation>
    </message>
    <message>
        <source>FANLIGHT_EXPERIMENTS: there is no "%1"; there are channels_last and graphs</source>
        <translation>FANLIGHT_EXPERIMENTS: لا يوجد "%1"؛ يوجد channels_last و graphs</translation>
    </message>
    <message>
        <source>The device has too little memory for this item; lower --batch-size, the size of images or the dtype</source>
        <translation>ذاكرة الجهاز أقل مما يلزم لهذا العنصر؛ قلّل --batch-size أو حجم الصور أو dtype</translation>
    </message>
    <message>
        <source>the VAE makes numbers that float16 cannot hold: such pictures are decoded in float32</source>
        <translation>يصنع VAE أعدادًا لا يسعها float16: تُفك هذه الصور بـ float32</translation>
    </message>
    <message>
        <source>%1 and its config.json belong to different models: %2</source>
        <translation>%1 وملفه config.json من نموذجين مختلفين: %2</translation>
    </message>
    <message>
        <source>%1 holds no network of which all parts fit: %2</source>
        <translation>ليس في %1 شبكة تتلاءم أجزاؤها كلها: %2</translation>
    </message>
    <message>
        <source>it lacks the tensors %1</source>
        <translation>تنقصه الموتّرات %1</translation>
    </message>
    <message>
        <source>these have another shape: %1</source>
        <translation>لهذه شكل آخر: %1</translation>
    </message>
    <message>
        <source>it also holds the tensors %1</source>
        <translation>وفيه أيضًا الموتّرات %1</translation>
    </message>
    <message>
        <source>The network of %1 is very large</source>
        <translation>شبكة %1 كبيرة جدًا</translation>
    </message>
    <message>
        <source>too little memory: the text encoders leave the device when they have read</source>
        <translation>الذاكرة أقل مما يلزم: تغادر مرمّزات النص الجهاز بعد أن تقرأ</translation>
    </message>
    <message>
        <source>too little memory: the network's layers stay in main memory and are fetched at each step, which takes longer</source>
        <translation>الذاكرة أقل مما يلزم: تبقى طبقات الشبكة في الذاكرة الرئيسية وتُجلب عند كل خطوة، وهذا يستغرق وقتًا أطول</translation>
    </message>
    <message>
        <source>%1 has too little memory for %2 and others like it, which %3 makes instead</source>
        <translation>ذاكرة %1 أقل مما يلزم لـ %2 وما يشبهه، فيصنعها %3 بدلًا منه</translation>
    </message>
    <message>
        <source>No device has enough memory for %1: from now on, the run's images are decoded in tiles</source>
        <translation>لا ذاكرة تكفي لـ %1 في أي جهاز: من الآن يُفكّ ترميز صور التشغيل قطعة قطعة</translation>
    </message>
    <message>
        <source>No device has enough memory for %1: from now on, the run makes %2</source>
        <translation>لا ذاكرة تكفي لـ %1 في أي جهاز: من الآن يصنع التشغيل %2</translation>
    </message>
    <message numerus="yes">
        <source>%n items at a time</source>
        <translation>
            <numerusform>لا عناصر معًا</numerusform>
            <numerusform>عنصرًا واحدًا في كل مرة</numerusform>
            <numerusform>عنصرين في كل مرة</numerusform>
            <numerusform>%n عناصر في كل مرة</numerusform>
            <numerusform>%n عنصرًا في كل مرة</numerusform>
            <numerusform>%n عنصر في كل مرة</numerusform>
        </translation>
    </message>
    <message>
        <source>%1; tiles of the VAE did not suffice</source>
        <translation>%1؛ ولم تكفِ قطع VAE</translation>
    </message>
    <message>
        <source>%1; a micro-batch of %2 did not suffice</source>
        <translation>%1؛ ولم تكفِ دفعة مصغّرة من %2</translation>
    </message>
    <message>
        <source>There is no "%1" to do when memory runs out; choose same or any</source>
        <translation>لا وجود لـ "%1" عند نفاد الذاكرة؛ اختر same أو any</translation>
    </message>
    <message>
        <source>%1: model %2 cannot take the place of model %3</source>
        <translation>%1: لا يمكن أن يحلّ النموذج %2 محل النموذج %3</translation>
    </message>
    <message>
        <source>--on-oom any is for runs that fanlight generate makes itself: the processes of a launcher cannot change the recipe of all; begin the run without it</source>
        <translation>‎--on-oom any لعمليات التشغيل التي يصنعها fanlight generate بنفسه: لا تستطيع عمليات المُشغِّل تغيير وصفة الجميع؛ ابدأ التشغيل من دونه</translation>
    </message>
    <message>
        <source>The machine has too little memory for this item; lower --batch-size or the size of images</source>
        <translation>ذاكرة الحاسوب أقل مما يلزم لهذا العنصر؛ قلّل --batch-size أو حجم الصور</translation>
    </message>
    <message>
        <source>There is no dtype "%1"; choose float32, tf32, bfloat16 or float16</source>
        <translation>لا يوجد dtype باسم "%1"؛ اختر float32 أو tf32 أو bfloat16 أو float16</translation>
    </message>
    <message>
        <source>batch_size and threads must be at least 1</source>
        <translation>يجب ألا تقل batch_size و threads عن 1</translation>
    </message>
    <message>
        <source>%1 was written by a newer Fanlight; delete it to begin a new one</source>
        <translation>%1 كتبه إصدار أحدث من Fanlight؛ احذفه لتبدأ واحدًا جديدًا</translation>
    </message>
    <message>
        <source>The gallery's catalogue %1 cannot be used: %2</source>
        <translation>تعذّر استخدام فهرس المعرض %1: %2</translation>
    </message>
    <message>
        <source>The gallery's catalogue %1 is damaged</source>
        <translation>فهرس المعرض %1 تالف</translation>
    </message>
    <message>
        <source>The gallery's catalogue %1 is in use by another program</source>
        <translation>فهرس المعرض %1 يستخدمه برنامج آخر</translation>
    </message>
    <message>
        <source>The gallery's catalogue %1 lacks tables</source>
        <translation>تنقص فهرس المعرض %1 جداول</translation>
    </message>
    <message>
        <source>Cannot write the ratings into %1: %2</source>
        <translation>تعذّرت كتابة التقييمات في %1: %2</translation>
    </message>
    <message>
        <source>There is no folder %1 any more</source>
        <translation>لم يعد المجلد %1 موجودًا</translation>
    </message>
    <message>
        <source>%1: the size must be like 512x768, not %2</source>
        <translation>%1: يجب أن يكون الحجم مثل 512x768، لا %2</translation>
    </message>
    <message>
        <source>read</source>
        <translation>قراءة</translation>
    </message>
    <message>
        <source>write</source>
        <translation>كتابة</translation>
    </message>
    <message>
        <source>create</source>
        <translation>إنشاء</translation>
    </message>
    <message>
        <source>replace</source>
        <translation>استبدال</translation>
    </message>
    <message>
        <source>lock</source>
        <translation>قفل</translation>
    </message>
    <message>
        <source>move</source>
        <translation>نقل</translation>
    </message>
    <message>
        <source>create the folder</source>
        <translation>إنشاء المجلد</translation>
    </message>
    <message>
        <source>%1: %2 is not a file, and the strategies are %3</source>
        <translation>%1: ‏%2 ليس ملفًا، والاستراتيجيات هي %3</translation>
    </message>
    <message>
        <source>%1 is for maps that Fanlight makes; leave it out, since %2 says where each module is</source>
        <translation>‏%1 للخرائط التي يصنعها Fanlight؛ احذفه لأن %2 يحدد مكان كل وحدة</translation>
    </message>
    <message>
        <source>%1 holds ratings of other images; choose another folder</source>
        <translation>يحوي %1 تقييمات صور أخرى؛ اختر مجلدًا آخر</translation>
    </message>
    <message>
        <source>%1 is about a file that lies elsewhere</source>
        <translation>‏%1 يتحدث عن ملف في مكان آخر</translation>
    </message>
    <message>
        <source>%1: a note is longer than %2 bytes</source>
        <translation>%1: ملاحظة أطول من %2 بايت</translation>
    </message>
    <message>
        <source>%1: a rating is a number from -1 to 5</source>
        <translation>%1: التقييم عدد من ‎-1 إلى 5</translation>
    </message>
    <message>
        <source>The command "%1" was not executed: %2</source>
        <translation>لم يُنفَّذ الأمر "%1": %2</translation>
    </message>
    <message>
        <source>%1 is at %2 °C, above the limit of %3 °C: it begins nothing new until it has cooled down</source>
        <translation>حرارة %1 هي %2 °م، فوق الحد %3 °م: لا يبدأ شيئًا جديدًا حتى يبرد</translation>
    </message>
    <message>
        <source>A command after a run is one line of at most %1 bytes; put more into a script, and name that</source>
        <translation>الأمر بعد التشغيل سطر واحد لا يزيد على %1 بايت؛ ضع ما هو أطول في نص برمجي واذكر اسمه</translation>
    </message>
    <message>
        <source>Quiet hours are two times of day, such as 22:00-07:00, or none, not %1</source>
        <translation>ساعات الهدوء وقتان من اليوم، مثل 22:00-07:00، أو none، لا %1</translation>
    </message>
    <message>
        <source>The highest temperature of a GPU must be from %1 to %2 °C, or 0 for no limit, not %3</source>
        <translation>أعلى حرارة لمعالج الرسوميات يجب أن تكون من %1 إلى %2 °م، أو 0 بلا حد، لا %3</translation>
    </message>
    <message>
        <source>Quiet hours: nothing new begins until %1</source>
        <translation>ساعات الهدوء: لا يبدأ شيء جديد حتى %1</translation>
    </message>
    <message>
        <source>A run's name is one line of at most %1 bytes</source>
        <translation>اسم التشغيل سطر واحد لا يزيد على %1 بايت</translation>
    </message>
    <message>
        <source>%1 has more than 1000 entries</source>
        <translation>في %1 أكثر من 1000 مدخل</translation>
    </message>
    <message>
        <source>%1 holds a NUL character</source>
        <translation>يحوي %1 محرف NUL</translation>
    </message>
    <message>
        <source>%1 is not a parameter</source>
        <translation>‏%1 ليس معاملًا</translation>
    </message>
    <message>
        <source>%1 must be from %2 to %3, not %4</source>
        <translation>يجب أن يكون %1 من %2 إلى %3، لا %4</translation>
    </message>
    <message>
        <source>%1 must be from 1</source>
        <translation>يجب أن يبدأ %1 من 1</translation>
    </message>
    <message>
        <source>%1 must be one of %2, not %3</source>
        <translation>يجب أن يكون %1 واحدًا من %2، لا %3</translation>
    </message>
    <message>
        <source>%1: it is too long for the first line of a project</source>
        <translation>%1: أطول من أن يكون السطر الأول لمشروع</translation>
    </message>
    <message>
        <source>a newer version of Fanlight has written it; install that one to open it</source>
        <translation>كتبته نسخة أحدث من Fanlight؛ ثبّتها لفتحه</translation>
    </message>
    <message>
        <source>it does not say "fanlight_project", as a project does; import it as a prompt list</source>
        <translation>لا يحوي "fanlight_project" كما في المشاريع؛ استورده كقائمة أوصاف</translation>
    </message>
    <message>
        <source>%1: a list that ends in .txt has a prompt a line and can hold no line break; save it as .jsonl or .csv</source>
        <translation>%1: القائمة التي تنتهي بـ ‎.txt فيها وصف في كل سطر ولا تقبل فواصل أسطر؛ احفظها كـ ‎.jsonl أو ‎.csv</translation>
    </message>
    <message>
        <source>Paused: what has begun is finished, nothing new begins</source>
        <translation>متوقف مؤقتًا: يُكمل ما بدأ ولا يبدأ جديد</translation>
    </message>
    <message>
        <source>Resumed</source>
        <translation>استُؤنف</translation>
    </message>
    <message>
        <source>The run goes on</source>
        <translation>يستمر التشغيل</translation>
    </message>
    <message>
        <source>%1 %2: it is made again</source>
        <translation>%1 %2: يُصنع من جديد</translation>
    </message>
    <message>
        <source>is recorded as a file</source>
        <translation>مسجّل كملف</translation>
    </message>
    <message>
        <source>%1 of %2 made</source>
        <translation>صُنع %1 من %2</translation>
    </message>
    <message>
        <source>%1, %2 cancelled</source>
        <translation>%1، أُلغي %2</translation>
    </message>
    <message>
        <source>%1, %2 failed</source>
        <translation>%1، فشل %2</translation>
    </message>
    <message>
        <source>Begun with %1</source>
        <translation>بدأ وقد %1</translation>
    </message>
    <message>
        <source>Cancelled after %1: %2</source>
        <translation>أُلغي بعد %1: %2</translation>
    </message>
    <message>
        <source>Finished after %1: %2</source>
        <translation>انتهى بعد %1: %2</translation>
    </message>
    <message>
        <source>Item %1 failed: %2</source>
        <translation>فشل العنصر %1: %2</translation>
    </message>
    <message>
        <source>The gallery's catalogue %1 is damaged: a record is filed under another image's number</source>
        <translation>فهرس المعرض %1 تالف: سجل مدرج تحت رقم صورة أخرى</translation>
    </message>
    <message>
        <source>The gallery's catalogue %1 is damaged: it has other tables</source>
        <translation>فهرس المعرض %1 تالف: جداوله مختلفة</translation>
    </message>
    <message>
        <source>Quiet hours must begin and end at different times</source>
        <translation>يجب أن تبدأ ساعات الهدوء وتنتهي في وقتين مختلفين</translation>
    </message>
    <message>
        <source>Executed "%1"; see %2</source>
        <translation>نُفِّذ "%1"؛ انظر %2</translation>
    </message>
    <message>
        <source>GPUs</source>
        <translation>معالجات الرسوميات</translation>
    </message>
    <message>
        <source>The rest of the list was not read</source>
        <translation>لم تُقرأ بقية القائمة</translation>
    </message>
    <message>
        <source>%1, column %2</source>
        <translation>%1، العمود %2</translation>
    </message>
    <message>
        <source>%1, line %2</source>
        <translation>%1، السطر %2</translation>
    </message>
    <message>
        <source>%1, line %2, column %3</source>
        <translation>%1، السطر %2، العمود %3</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1، %2</translation>
    </message>
    <message>
        <source>%1, %2 %3</source>
        <translation>%1، %2 %3</translation>
    </message>
    <message>
        <source>%1, model %2</source>
        <translation>%1، النموذج %2</translation>
    </message>
    <message>
        <source>%1, merge %2</source>
        <translation>%1، الدمج %2</translation>
    </message>
    <message>
        <source>%1, added token %2</source>
        <translation>%1، الرمز المضاف %2</translation>
    </message>
    <message>
        <source>%1, item %2</source>
        <translation>%1، العنصر %2</translation>
    </message>
    <message>
        <source>%1, recipe</source>
        <translation>%1، الوصفة</translation>
    </message>
    <message>
        <source>%1 (record %2)</source>
        <translation>%1 (السجل %2)</translation>
    </message>
    <message>
        <source>%1: tensor "%2"</source>
        <translation>%1: الموتّر "%2"</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>قائمة</translation>
    </message>
    <message>
        <source>a list, each %1</source>
        <translation>قائمة، كل عنصر فيها %1</translation>
    </message>
    <message>
        <source>a whole number from %1 to %2</source>
        <translation>عددًا صحيحًا من %1 إلى %2</translation>
    </message>
    <message>
        <source>a whole number of at most 64 bits</source>
        <translation>عددًا صحيحًا لا يزيد على 64 بتًا</translation>
    </message>
    <message>
        <source>a finite number</source>
        <translation>عددًا منتهيًا</translation>
    </message>
    <message>
        <source>A message</source>
        <translation>رسالة</translation>
    </message>
    <message>
        <source>The log</source>
        <translation>السجل</translation>
    </message>
    <message>
        <source>What a stage was sent</source>
        <translation>ما أُرسل إلى مرحلة</translation>
    </message>
    <message>
        <source>A line of the ratings</source>
        <translation>سطر من التقييمات</translation>
    </message>
    <message>
        <source>A record of the journal</source>
        <translation>سجل من دفتر اليومية</translation>
    </message>
    <message>
        <source>The list</source>
        <translation>القائمة</translation>
    </message>
    <message>
        <source>The run</source>
        <translation>التشغيل</translation>
    </message>
    <message>
        <source>lora_adapter_metadata of %1</source>
        <translation>lora_adapter_metadata في %1</translation>
    </message>
    <message>
        <source>Worker %1 (%2)</source>
        <translation>العامل %1 (%2)</translation>
    </message>
    <message>
        <source>Stage %1 of worker %2 (%3)</source>
        <translation>المرحلة %1 من العامل %2 (%3)</translation>
    </message>
    <message>
        <source>Item %1</source>
        <translation>العنصر %1</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 ث</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 د %2 ث</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 س %2 د</translation>
    </message>
    <message>
        <source>%1 or %2</source>
        <translation>%1 أو %2</translation>
    </message>
    <message>
        <source>The run in %1</source>
        <translation>التشغيل في %1</translation>
    </message>
    <message>
        <source>The model in %1</source>
        <translation>النموذج في %1</translation>
    </message>
    <message>
        <source>The LoRA %1</source>
        <translation>LoRA في %1</translation>
    </message>
    <message>
        <source>The embedding %1</source>
        <translation>التضمين %1</translation>
    </message>
    <message>
        <source>The embedding %1 has %2 vectors, and the model's text encoder reads no more than %3 tokens at a time; take its name out of the prompts</source>
        <translation>في التضمين %1 عدد %2 من المتجهات، ولا يقرأ مرمّز النص في النموذج أكثر من %3 من الرموز دفعة واحدة؛ احذف اسمه من الأوصاف</translation>
    </message>
    <message>
        <source>choose a checkpoint of %1, or a diffusers folder</source>
        <translation>اختر ملف نموذج من نوع %1، أو مجلدًا بصيغة diffusers</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>مجلد</translation>
    </message>
    <message>
        <source>a named pipe</source>
        <translation>أنبوب مسمّى</translation>
    </message>
    <message>
        <source>a socket</source>
        <translation>مقبس</translation>
    </message>
    <message>
        <source>a device</source>
        <translation>جهاز</translation>
    </message>
    <message>
        <source>%1 beside it</source>
        <translation>%1 بجانبه</translation>
    </message>
    <message>
        <source>its key v_pred</source>
        <translation>مفتاحه v_pred</translation>
    </message>
    <message>
        <source>its metadata</source>
        <translation>بياناته الوصفية</translation>
    </message>
    <message>
        <source>its name</source>
        <translation>اسمه</translation>
    </message>
    <message>
        <source>%1 is a checkpoint of Stable Diffusion 3; %2</source>
        <translation>%1 ملف نموذج Stable Diffusion 3؛ %2</translation>
    </message>
    <message>
        <source>%1 is a checkpoint of FLUX.1; %2</source>
        <translation>%1 ملف نموذج Flux؛ %2</translation>
    </message>
    <message>
        <source>%1 is a ControlNet; %2</source>
        <translation>%1 من نوع ControlNet؛ %2</translation>
    </message>
    <message>
        <source>%1 is a LoRA, which goes with --lora; %2</source>
        <translation>%1 من نوع LoRA، ومكانه مع ‎--lora؛ %2</translation>
    </message>
    <message>
        <source>%1 is a language model without its tokenizer: as a model give its folder, as a text encoder give it with --text-encoder; %2</source>
        <translation>%1 نموذج لغوي بلا مُرمِّزه: أعطِ مجلده نموذجًا، أو أعطِه مع ‎--text-encoder مُرمِّزًا للنص؛ %2</translation>
    </message>
    <message>
        <source>The model %1 makes images; use fanlight generate</source>
        <translation>النموذج %1 يصنع صورًا؛ استخدم fanlight generate</translation>
    </message>
    <message>
        <source>The model %1 makes texts; use fanlight text</source>
        <translation>النموذج %1 يصنع نصوصًا؛ استخدم fanlight text</translation>
    </message>
    <message>
        <source>The model %1 judges texts; use fanlight classify</source>
        <translation>النموذج %1 يصنّف نصوصًا؛ استخدم fanlight classify</translation>
    </message>
    <message numerus="yes">
        <source>%n images from the trash are made again</source>
        <translation>
            <numerusform>لا صور من المهملات يُعاد صنعها</numerusform>
            <numerusform>صورة واحدة من المهملات يُعاد صنعها</numerusform>
            <numerusform>صورتان من المهملات يُعاد صنعهما</numerusform>
            <numerusform>%n صور من المهملات يُعاد صنعها</numerusform>
            <numerusform>%n صورة من المهملات يُعاد صنعها</numerusform>
            <numerusform>%n صورة من المهملات يُعاد صنعها</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %2: it is made again; the same goes for %3</source>
        <translation>%1 %2: سيُصنع مجددًا؛ وكذلك %3</translation>
    </message>
    <message numerus="yes">
        <source>%n others</source>
        <translation>
            <numerusform>لا غيره</numerusform>
            <numerusform>واحد غيره</numerusform>
            <numerusform>اثنان غيره</numerusform>
            <numerusform>%n غيره</numerusform>
            <numerusform>%n غيره</numerusform>
            <numerusform>%n غيره</numerusform>
        </translation>
    </message>
    <message>
        <source>Device map</source>
        <translation>خريطة الأجهزة</translation>
    </message>
    <message>
        <source>A memory limit</source>
        <translation>حدّ للذاكرة</translation>
    </message>
    <message>
        <source>%1: the type of piece %2 is not known</source>
        <translation>%1: نوع القطعة %2 غير معروف</translation>
    </message>
    <message>
        <source>%1: the kind of model %2 is not known</source>
        <translation>%1: نوع النموذج %2 غير معروف</translation>
    </message>
    <message>
        <source>The model's numbers are not finite; try another dtype</source>
        <translation>أعداد النموذج غير منتهية؛ جرّب نوع بيانات آخر</translation>
    </message>
    <message>
        <source>The picture holds numbers that are not finite; try another dtype, sampler or cfg_scale</source>
        <translation>في الصورة أعداد غير منتهية؛ جرّب نوع بيانات أو طريقة أخذ عينات أو cfg_scale أخرى</translation>
    </message>
    <message>
        <source>as asked for</source>
        <translation>كما طُلب</translation>
    </message>
    <message>
        <source>the fastest of those that fit</source>
        <translation>الأسرع مما تتسع له الذاكرة</translation>
    </message>
    <message>
        <source>no more are tried</source>
        <translation>لا يُجرَّب أكثر منه</translation>
    </message>
    <message>
        <source>the default, since texts are read one at a time</source>
        <translation>القيمة المبدئية، لأن النصوص تُقرأ واحدًا واحدًا</translation>
    </message>
    <message>
        <source>nothing is known of such tasks</source>
        <translation>لا يُعرف شيء عن مهام كهذه</translation>
    </message>
    <message>
        <source>The device has too little free memory for the model; end other programs that use it, leave less to them (--reserve-memory), or put the model on several devices (--mode sharded)</source>
        <translation>الذاكرة الحرة في الجهاز لا تكفي النموذج؛ أغلق البرامج الأخرى التي تستخدمه، أو اترك لها أقل (‎--reserve-memory)، أو وزّع النموذج على عدة أجهزة (‎--mode sharded)</translation>
    </message>
    <message>
        <source>The device has too little free memory for the model; end other programs that use it, or put the model on several devices (--mode sharded)</source>
        <translation>الذاكرة الحرة في الجهاز لا تكفي النموذج؛ أغلق البرامج الأخرى التي تستخدمه، أو وزّع النموذج على عدة أجهزة (‎--mode sharded)</translation>
    </message>
    <message>
        <source>The run owner belongs to another user</source>
        <translation>مالك التشغيل تابع لمستخدم آخر</translation>
    </message>
    <message>
        <source>The run owner has ended</source>
        <translation>انتهى مالك التشغيل</translation>
    </message>
    <message>
        <source>No run owner answers</source>
        <translation>لا يجيب أي مالك تشغيل</translation>
    </message>
    <message>
        <source>That is too much at once for the run owner; ask for it in smaller parts</source>
        <translation>هذا أكثر مما يقبله مالك التشغيل دفعة واحدة؛ اطلبه على أجزاء أصغر</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>غير موجود</translation>
    </message>
    <message>
        <source>is not a regular file any more</source>
        <translation>لم يعد ملفًا عاديًا</translation>
    </message>
    <message>
        <source>has another size than recorded</source>
        <translation>حجمه غير المسجَّل</translation>
    </message>
    <message>
        <source>has another SHA-256 than recorded</source>
        <translation>قيمة SHA-256 له غير المسجَّلة</translation>
    </message>
    <message>
        <source>is recorded under another name</source>
        <translation>مسجَّل باسم آخر</translation>
    </message>
    <message>
        <source>was told to stop</source>
        <translation>أُمر بالتوقف</translation>
    </message>
    <message>
        <source>cancelled by the user</source>
        <translation>ألغاه المستخدم</translation>
    </message>
    <message>
        <source>stop must be a text or a JSON list of texts</source>
        <translation>stop يجب أن يكون نصًا أو قائمة نصوص بصيغة JSON</translation>
    </message>
    <message>
        <source>labels must be texts with commas between them, or a JSON list of texts</source>
        <translation>labels يجب أن تكون نصوصًا بينها فواصل، أو قائمة نصوص بصيغة JSON</translation>
    </message>
    <message>
        <source>NVIDIA's driver has been updated while it was running; restart the machine</source>
        <translation>حُدِّث برنامج تشغيل NVIDIA أثناء عمله؛ أعد تشغيل الجهاز</translation>
    </message>
    <message>
        <source>There is no permission to use NVIDIA's driver; see that /dev/nvidia* can be read and written</source>
        <translation>لا إذن باستخدام برنامج تشغيل NVIDIA؛ تأكّد من أن ‎/dev/nvidia* قابلة للقراءة والكتابة</translation>
    </message>
    <message>
        <source>%1: addition_time_embed_dim is %2, too few for an embedding of numbers</source>
        <translation>%1: قيمة addition_time_embed_dim هي %2، وهي أقل مما يلزم لتضمين الأعداد</translation>
    </message>
    <message>
        <source>%1/config.json: max_position_embeddings is %2, but %3 reads texts of %4 tokens</source>
        <translation>%1/config.json: قيمة max_position_embeddings هي %2، لكن %3 يقرأ نصوصًا من %4 رمزًا</translation>
    </message>
    <message>
        <source>unet/config.json: "projection_class_embeddings_input_dim" is %1; with a text of %2 and %3 numbers of %4 it must be %5</source>
        <translation>unet/config.json: قيمة "projection_class_embeddings_input_dim" هي %1؛ ومع نص عرضه %2 وأعداد عددها %3 وعرض كل منها %4 يجب أن تكون %5</translation>
    </message>
    <message>
        <source>The model has no second text encoder, and nothing reads the second prompt</source>
        <translation>ليس للنموذج مرمّز نصوص ثانٍ، فلا شيء يقرأ الوصف الثاني</translation>
    </message>
    <message>
        <source>The tokenizers of %1 make texts of %2 and %3 ids</source>
        <translation>يصنع محلّلا الرموز في %1 نصوصًا من %2 و%3 من المعرّفات</translation>
    </message>
    <message>
        <source>has a network that is told nothing of a picture's size</source>
        <translation>فيه شبكة لا تُخبَر بشيء عن حجم الصورة</translation>
    </message>
    <message>
        <source>has a network that is told %1 numbers besides a text of %2, and not %3 of equal width</source>
        <translation>فيه شبكة تُخبَر بأعداد عرضها %1 إلى جانب نص عرضه %2، لا بأعداد متساوية العرض عددها %3</translation>
    </message>
    <message>
        <source>lacks one of the two text encoders of Stable Diffusion XL</source>
        <translation>ينقصه أحد مرمّزَي النص في Stable Diffusion XL</translation>
    </message>
    <message>
        <source>"original_size" must be a size such as 1024x768</source>
        <translation>يجب أن يكون "original_size" حجمًا مثل 1024x768</translation>
    </message>
    <message>
        <source>"crop" must be two numbers such as 64,0</source>
        <translation>يجب أن يكون "crop" عددين مثل 64,0</translation>
    </message>
    <message>
        <source>original_size must be a size from 1x1 to %1x%1, such as 1024x768</source>
        <translation>يجب أن يكون original_size حجمًا من 1x1 إلى %1x%1، مثل 1024x768</translation>
    </message>
    <message>
        <source>crop must be how many pixels from the left and from the top, from 0 to %1, such as 64,0</source>
        <translation>يجب أن يكون crop عدد البكسلات من اليسار ومن الأعلى، من 0 إلى %1، مثل 64,0</translation>
    </message>
    <message>
        <source>%1: the model %2 has no second text encoder; leave prompt_2 and negative_prompt_2 out</source>
        <translation>%1: ليس للنموذج %2 مرمّز نصوص ثانٍ؛ احذف prompt_2 وnegative_prompt_2</translation>
    </message>
    <message>
        <source>%1: the model %2 takes no true CFG scale; leave it out</source>
        <translation>%1: لا يقبل النموذج %2 مقياس CFG حقيقيًا؛ احذفه</translation>
    </message>
    <message>
        <source>%1: the model %2 is told neither an original size nor a crop; leave them out</source>
        <translation>%1: لا يُخبَر النموذج %2 بالحجم الأصلي ولا بموضع القص؛ احذفهما</translation>
    </message>
    <message>
        <source>has a network that is told more of a picture than one text</source>
        <translation>فيه شبكة تُخبَر عن الصورة بأكثر من نص واحد</translation>
    </message>
    <message>
        <source>%1: must hold one list of keys and values, such as %2</source>
        <translation>%1: يجب أن يحوي قائمة واحدة من المفاتيح والقيم، مثل %2</translation>
    </message>
    <message>
        <source>%1; repair the file or delete it, and the settings are the defaults again</source>
        <translation>%1؛ أصلح الملف أو احذفه فتعود الإعدادات إلى قيمها الافتراضية</translation>
    </message>
    <message>
        <source>%1: "models_dirs" must be absolute paths, not %2</source>
        <translation>%1: يجب أن تكون "models_dirs" مسارات مطلقة، لا %2</translation>
    </message>
    <message>
        <source>The settings cannot be changed: %1 cannot be locked: %2</source>
        <translation>لا يمكن تغيير الإعدادات: تعذّر قفل %1: %2</translation>
    </message>
    <message>
        <source>%1 must be paths, one on each line</source>
        <translation>يجب أن تكون %1 مسارات، واحدًا في كل سطر</translation>
    </message>
    <message>
        <source>must hold folders, such as "checkpoints: models"</source>
        <translation>يجب أن يحوي مجلدات، مثل "checkpoints: models"</translation>
    </message>
    <message>
        <source>There is no folder %1 with models; name one, or ComfyUI's %2</source>
        <translation>لا يوجد مجلد نماذج %1؛ سمِّ مجلدًا موجودًا أو ملف %2 الخاص بـ ComfyUI</translation>
    </message>
    <message>
        <source>%1 is the name of %2 and %3; give more of its path</source>
        <translation>الاسم %1 يدل على %2 وعلى %3؛ اذكر جزءًا أطول من المسار</translation>
    </message>
    <message>
        <source>%1: there is no style %2, nor any other; see where styles are kept in the manual</source>
        <translation>%1: لا يوجد نمط %2 ولا أي نمط آخر؛ يبيّن الدليل أين تُحفظ الأنماط</translation>
    </message>
    <message>
        <source>%1: there is no style %2; there are %3</source>
        <translation>%1: لا يوجد نمط %2؛ الموجود هو %3</translation>
    </message>
    <message>
        <source>%1: a list of styles has the columns name, prompt and negative_prompt</source>
        <translation>%1: لقائمة الأنماط الأعمدة name وprompt وnegative_prompt</translation>
    </message>
    <message>
        <source>%1: must hold a list of styles</source>
        <translation>%1: يجب أن يحوي قائمة أنماط</translation>
    </message>
    <message>
        <source>%1: must be an object with "name" and "prompt"</source>
        <translation>%1: يجب أن يكون كائنًا فيه "name" و"prompt"</translation>
    </message>
    <message>
        <source>%1: there are more than %2 styles; keep those that you use</source>
        <translation>%1: الأنماط أكثر من %2؛ أبقِ ما تستعمله منها</translation>
    </message>
    <message>
        <source>%1: the text of its styles must be in the prompt already</source>
        <translation>%1: يجب أن يكون نص الأنماط في الموجّه نفسه</translation>
    </message>
    <message>
        <source>styles must be names with semicolons between them, or a JSON list of names</source>
        <translation>يجب أن تكون الأنماط أسماء بينها فواصل منقوطة، أو قائمة أسماء بصيغة JSON</translation>
    </message>
    <message>
        <source>styles must not be empty</source>
        <translation>يجب ألا يكون اسم النمط فارغًا</translation>
    </message>
    <message>
        <source>%1 is damaged (%2); the next change puts it aside and keeps what can be read of it</source>
        <translation>%1 تالف (%2)؛ ينحّيه التغيير التالي جانبًا ويحتفظ بما تمكن قراءته منه</translation>
    </message>
    <message>
        <source>Cannot lock the queue, %1: %2; make it possible to write there</source>
        <translation>تعذّر قفل قائمة الانتظار %1: %2؛ اجعل الكتابة هناك ممكنة</translation>
    </message>
    <message>
        <source>Another program has been changing the queue for %1 s (%2 is locked); try again, or end it</source>
        <translation>يغيّر برنامج آخر قائمة الانتظار منذ %1 ث (%2 مقفل)؛ حاول مرة أخرى، أو أنهِ ذلك البرنامج</translation>
    </message>
    <message>
        <source>The queue cannot be read: %1 is not a file; move it away to begin a new queue</source>
        <translation>تعذّرت قراءة قائمة الانتظار: %1 ليس ملفًا؛ انقله من مكانه لبدء قائمة جديدة</translation>
    </message>
    <message>
        <source>The name of the folder %1 is not UTF-8; give another folder with -o</source>
        <translation>اسم المجلد %1 ليس بترميز UTF-8؛ اختر مجلدًا آخر بالخيار -o</translation>
    </message>
    <message>
        <source>%1 is not there; mount its disk, or put the folder back, and resume the run</source>
        <translation>‏%1 ليس في مكانه؛ حمّل قرصه أو أعد المجلد، ثم استأنف التشغيل</translation>
    </message>
    <message>
        <source>--devices: the run was begun on GPUs, and its results would differ on the CPU; name GPUs, or begin another run</source>
        <translation>--devices: بدأ التشغيل على معالجات رسوميات، وستختلف نتائجه على المعالج المركزي؛ اذكر معالجات رسوميات، أو ابدأ تشغيلًا آخر</translation>
    </message>
    <message>
        <source>--devices: the run was begun on the CPU, and its results would differ on GPUs; name cpu, or begin another run</source>
        <translation>--devices: بدأ التشغيل على المعالج المركزي، وستختلف نتائجه على معالجات الرسوميات؛ اذكر cpu، أو ابدأ تشغيلًا آخر</translation>
    </message>
    <message>
        <source>--devices: the run's model lies on %1 together and is not distributed anew; resume the run there, or begin another one</source>
        <translation>--devices: نموذج التشغيل موزّع على %1 معًا ولا يُعاد توزيعه؛ استأنف التشغيل هناك، أو ابدأ تشغيلًا آخر</translation>
    </message>
    <message>
        <source>a worker has from 1 to %1 threads</source>
        <translation>للعامل من 1 إلى %1 خيط</translation>
    </message>
    <message>
        <source>%1 has drawn %2 W on average over the last minute, above the limit of %3 W: it begins nothing new until that is lower</source>
        <translation>بلغ متوسط استهلاك %1 في الدقيقة الأخيرة %2 واط، فوق الحد %3 واط: لا يبدأ شيئًا جديدًا حتى ينخفض</translation>
    </message>
    <message>
        <source>The highest power of a GPU must be from %1 to %2 W, or 0 for no limit, not %3</source>
        <translation>أعلى استهلاك لمعالج الرسوميات يجب أن يكون من %1 إلى %2 واط، أو 0 بلا حد، لا %3</translation>
    </message>
    <message>
        <source>%1, style %2</source>
        <translation>%1، النمط %2</translation>
    </message>
    <message>
        <source>%1 is a checkpoint of Playground 2.5; %2</source>
        <translation>%1 ملف نموذج Playground 2.5؛ %2</translation>
    </message>
    <message>
        <source>%1 is a LoRA for %2, and the model is one of %3; choose a LoRA that was made for this model</source>
        <translation>%1 هو LoRA لنماذج %2، وهذا النموذج من %3؛ اختر LoRA صُنع لهذا النموذج</translation>
    </message>
    <message>
        <source>%1 cannot be used: prompts of models of %2 call no embeddings</source>
        <translation>تعذّر استعمال %1: أوصاف نماذج %2 لا تستدعي تضمينات</translation>
    </message>
    <message>
        <source>%1 is an embedding of vectors of %2 numbers, and what the model's text encoders read is %3 wide; choose one that was made for this model, or take its name out of the prompts</source>
        <translation>التضمين %1 متجهات طولها %2 من الأعداد، وما تقرؤه مرمّزات النص في النموذج عرضه %3؛ اختر تضمينًا صُنع لهذا النموذج، أو احذف اسمه من الأوصاف</translation>
    </message>
    <message>
        <source>An embedding of vectors of %1 numbers is not for a text encoder that is %2 wide</source>
        <translation>تضمين متجهاته من %1 من الأعداد ليس لمرمّز نص عرضه %2</translation>
    </message>
    <message>
        <source>%1 %2; choose a textual inversion embedding</source>
        <translation>%1 %2؛ اختر تضمينًا من نوع textual inversion</translation>
    </message>
    <message>
        <source>has a tensor "%1" of the type %2, and an embedding has F16, BF16 or F32</source>
        <translation>يحوي الموتر "%1" من النوع %2، والتضمين يكون F16 أو BF16 أو F32</translation>
    </message>
    <message>
        <source>has a tensor "%1" with a number that is not finite</source>
        <translation>يحوي الموتر "%1" وفيه عدد غير منتهٍ</translation>
    </message>
    <message>
        <source>has a tensor "%1" that is not one to %2 vectors</source>
        <translation>يحوي الموتر "%1" الذي ليس من متجه واحد إلى %2 من المتجهات</translation>
    </message>
    <message>
        <source>holds neither one tensor nor the two "clip_l" and "clip_g"</source>
        <translation>لا يحوي موترًا واحدًا ولا الموترين "clip_l" و"clip_g"</translation>
    </message>
    <message>
        <source>has %1 vectors for one text encoder and %2 for the other</source>
        <translation>فيه %1 من المتجهات لأحد مرمّزي النص و%2 للآخر</translation>
    </message>
    <message>
        <source>The sampler %1 takes at most %2 steps for this model ("original_inference_steps"), not %3</source>
        <translation>تقبل طريقة العينات %1 عددًا أقصى من الخطوات هو %2 لهذا النموذج ("original_inference_steps")، لا %3</translation>
    </message>
    <message>
        <source>The sampler %1 has no eta; %2 have</source>
        <translation>ليس لطريقة العينات %1 إيتا؛ أما %2 فلها</translation>
    </message>
    <message>
        <source>The schedule %1 does not apply to a model that predicts a flow; %2 do</source>
        <translation>لا ينطبق الجدول %1 على نموذج يتنبأ بتدفق؛ أما %2 فتنطبق</translation>
    </message>
    <message>
        <source>%1 and %2 would both take the place of the model's %3; give one of them</source>
        <translation>يحل %1 و%2 كلاهما محل %3 في النموذج؛ حدِّد واحدًا منهما</translation>
    </message>
    <message>
        <source>%1 cannot be used: models of %2 take no %3 from elsewhere; leave it out</source>
        <translation>لا يمكن استخدام %1: لا تأخذ نماذج %2 أي %3 من مكان آخر؛ احذفه</translation>
    </message>
    <message>
        <source>%1 is not the file that the images were made with: its SHA-256 is %2 and not %3</source>
        <translation>%1 ليس الملف الذي صُنعت به الصور: قيمة SHA-256 له %2 لا %3</translation>
    </message>
    <message>
        <source>The model %1 takes no %2 from elsewhere</source>
        <translation>لا يأخذ النموذج %1 أي %2 من مكان آخر</translation>
    </message>
    <message>
        <source>There is no VAE "%1": neither a file or folder of this name nor one in %2</source>
        <translation>لا يوجد VAE باسم "%1": لا ملف أو مجلد بهذا الاسم ولا واحد في %2</translation>
    </message>
    <message>
        <source>There is no text encoder "%1": neither a file or folder of this name nor one in %2</source>
        <translation>لا يوجد مرمّز نص باسم "%1": لا ملف أو مجلد بهذا الاسم ولا واحد في %2</translation>
    </message>
    <message>
        <source>%1, with which the run in %2 was begun, is not there any more; restore it, or begin a new run</source>
        <translation>لم يعد %1، الذي بدأ به التشغيل في %2، موجودًا؛ استعده، أو ابدأ تشغيلًا جديدًا</translation>
    </message>
    <message>
        <source>%1, recipe, %2: %3</source>
        <translation>%1، الوصفة، %2: %3</translation>
    </message>
    <message>
        <source>%1: "decoder_block_out_channels" lists %2 blocks and "num_decoder_blocks" %3</source>
        <translation>%1: يسرد "decoder_block_out_channels" %2 من الكتل و"num_decoder_blocks" %3</translation>
    </message>
    <message>
        <source>%1: "decoder_block_out_channels" must be equal numbers</source>
        <translation>%1: يجب أن تكون أعداد "decoder_block_out_channels" متساوية</translation>
    </message>
    <message>
        <source>%1: "num_decoder_blocks" must list 1 to %2 blocks</source>
        <translation>%1: يجب أن يسرد "num_decoder_blocks" من كتلة واحدة إلى %2</translation>
    </message>
    <message>
        <source>give a VAE of the model's family, such as vae-ft-mse-840000-ema-pruned.safetensors for Stable Diffusion 1, ae.safetensors for FLUX.1 and Z-Image, or flux2-vae.safetensors for FLUX.2 klein</source>
        <translation>حدِّد VAE من عائلة النموذج، مثل vae-ft-mse-840000-ema-pruned.safetensors لنماذج Stable Diffusion 1، أو ae.safetensors لـ FLUX.1 وZ-Image، أو flux2-vae.safetensors لـ FLUX.2 klein</translation>
    </message>
    <message>
        <source>give a text encoder such as the model's own: CLIP ViT-L for Stable Diffusion 1 and FLUX.1, OpenCLIP ViT-H for 2, either CLIP ViT-L or OpenCLIP ViT-bigG for XL</source>
        <translation>حدِّد مرمّز نص كالذي في النموذج: CLIP ViT-L لنماذج Stable Diffusion 1 وFLUX.1، وOpenCLIP ViT-H للإصدار 2، وCLIP ViT-L أو OpenCLIP ViT-bigG لنماذج XL</translation>
    </message>
    <message>
        <source>%1 is a text encoder, which goes with --text-encoder; %2</source>
        <translation>%1 مرمّز نص، ومكانه ‎--text-encoder؛ %2</translation>
    </message>
    <message>
        <source>%1 is a VAE, which goes with --vae; %2</source>
        <translation>%1 هو VAE، ومكانه ‎--vae؛ %2</translation>
    </message>
    <message>
        <source>%1 is a T5 text encoder, which these models do not have; %2</source>
        <translation>%1 مرمّز نص T5، وليس في هذه النماذج؛ %2</translation>
    </message>
    <message>
        <source>%1 is a language model; %2</source>
        <translation>%1 نموذج لغوي؛ %2</translation>
    </message>
    <message>
        <source>%1 is a network without its text encoder; %2</source>
        <translation>%1 شبكة من دون مرمّز نصها؛ %2</translation>
    </message>
    <message>
        <source>%1 is a UNet; %2</source>
        <translation>%1 هو UNet؛ %2</translation>
    </message>
    <message>
        <source>%1 is the encoder of a tiny VAE without its decoder; %2</source>
        <translation>%1 مرمّز VAE صغير من دون مفكّكه؛ %2</translation>
    </message>
    <message>
        <source>%1 is not a VAE: it has none of the tensors %2; %3</source>
        <translation>%1 ليس VAE: ليس فيه أي من الموتّرات %2؛ %3</translation>
    </message>
    <message>
        <source>%1 is not a text encoder: it has none of the tensors %2; %3</source>
        <translation>%1 ليس مرمّز نص: ليس فيه أي من الموتّرات %2؛ %3</translation>
    </message>
    <message>
        <source>%1 is a VAE of the class %2; %3</source>
        <translation>%1 هو VAE من الصنف %2؛ %3</translation>
    </message>
    <message>
        <source>%1: its config.json is of another VAE than its weights; download it again</source>
        <translation>%1: ملف config.json فيه يصف VAE غير الذي له أوزانه؛ نزّله من جديد</translation>
    </message>
    <message>
        <source>%1 is a VAE of %2, and the model is of %3; %4</source>
        <translation>%1 هو VAE لنماذج %2، والنموذج من %3؛ %4</translation>
    </message>
    <message>
        <source>%1 is a VAE of %2 latent channels, and the model has %3; %4</source>
        <translation>%1 هو VAE ذو %2 من القنوات الكامنة، وللنموذج %3؛ %4</translation>
    </message>
    <message>
        <source>%1 is a VAE that makes %2 pixels in each direction of a latent one, and the model's makes %3; %4</source>
        <translation>%1 هو VAE يصنع من كل بكسل كامن %2 من البكسلات في كل اتجاه، والذي في النموذج يصنع %3؛ %4</translation>
    </message>
    <message>
        <source>%1 is a text encoder of width %2, and the model's are of width %3; %4</source>
        <translation>%1 مرمّز نص عرضه %2، وعرض ما في النموذج %3؛ %4</translation>
    </message>
    <message>
        <source>%1 is a text encoder of %2 layers, and the model's has %3; %4</source>
        <translation>%1 مرمّز نص له %2 من الطبقات، وللذي في النموذج %3؛ %4</translation>
    </message>
    <message>
        <source>%1 has no tensor text_projection.weight, with which the model's %2 reads a text as one vector; %3</source>
        <translation>ليس في %1 الموتّر text_projection.weight، الذي يقرأ به %2 في النموذج النص متجهًا واحدًا؛ %3</translation>
    </message>
    <message>
        <source>%1 reads a text as a vector of another width than the model's %2; %3</source>
        <translation>يقرأ %1 النص متجهًا بعرض غير عرض %2 في النموذج؛ %3</translation>
    </message>
    <message>
        <source>%1 knows other words than the model's %2, or reads texts of another length; %3</source>
        <translation>يعرف %1 كلمات غير التي يعرفها %2 في النموذج، أو يقرأ نصوصًا بطول آخر؛ %3</translation>
    </message>
    <message>
        <source>The images were made with the VAE %1, which makes these, too</source>
        <translation>صُنعت الصور بـVAE ‏%1، وبه تُصنع هذه أيضًا</translation>
    </message>
    <message>
        <source>The VAE %1 is not used in %2 (%3); a run has one, which is given outside the list</source>
        <translation>لا يُستخدم VAE ‏%1 في %2 (%3)؛ للتشغيل واحد، ويُحدَّد خارج القائمة</translation>
    </message>
    <message>
        <source>The VAEs %1 are not used in %2 (%3); a run has one, which is given outside the list</source>
        <translation>لا تُستخدم ملفات VAE ‏%1 في %2 (%3)؛ للتشغيل واحد، ويُحدَّد خارج القائمة</translation>
    </message>
    <message>
        <source>The column %1 has no effect in %2 (%3); rows that tell of finished images are made with the run's model</source>
        <translation>لا أثر للعمود %1 (%2: %3)؛ الصفوف التي تصف صورًا منتهية تُصنع بنموذج التشغيل</translation>
    </message>
    <message>
        <source>The columns %1 have no effect in %2 (%3); rows that tell of finished images are made with the run's model</source>
        <translation>لا أثر للأعمدة %1 (%2: %3)؛ الصفوف التي تصف صورًا منتهية تُصنع بنموذج التشغيل</translation>
    </message>
    <message>
        <source>%1: %2 asks for another rank (dyn), which is not offered</source>
        <translation>%1: يطلب %2 رتبة أخرى (dyn)، وهذا غير متاح</translation>
    </message>
    <message>
        <source>%1: %2 is not the tag of a LoRA</source>
        <translation>%1: ليس %2 وسمَ LoRA</translation>
    </message>
    <message>
        <source>%1: a tag of a LoRA must be written &lt;lora:NAME:WEIGHT&gt;, not %2</source>
        <translation>%1: يُكتب وسم LoRA هكذا &lt;lora:NAME:WEIGHT&gt;، لا %2</translation>
    </message>
    <message>
        <source>%1: a LoRA in a list must be a text or an object with a name</source>
        <translation>%1: يجب أن يكون كل LoRA في القائمة نصًا أو كائنًا له اسم</translation>
    </message>
    <message>
        <source>%1: a LoRA must have a name, as in NAME:0.8</source>
        <translation>%1: يجب أن يكون لملف LoRA اسم، مثل NAME:0.8</translation>
    </message>
    <message>
        <source>%1: loras must be names with semicolons between them, or a JSON list</source>
        <translation>%1: يجب أن تكون loras أسماء بينها فواصل منقوطة، أو قائمة JSON</translation>
    </message>
    <message>
        <source>The LoRA %1 is left out in %2 (%3); it is not among those that are kept here, or is not for the model</source>
        <translation>يُترك LoRA %1 في %2 (%3)؛ فهو ليس بين الملفات المحفوظة هنا، أو ليس لهذا النموذج</translation>
    </message>
    <message>
        <source>The LoRAs %1 are left out in %2 (%3); they are not among those that are kept here, or are not for the model</source>
        <translation>تُترك ملفات LoRA ‏%1 في %2 (%3)؛ فهي ليست بين الملفات المحفوظة هنا، أو ليست لهذا النموذج</translation>
    </message>
    <message>
        <source>The models %1 and %2 would be distributed over different devices; name the devices and the number of stages, or make their rows in runs of their own</source>
        <translation>سيوزَّع النموذجان %1 و%2 على أجهزة مختلفة؛ سمّ الأجهزة وعدد المراحل، أو اصنع صفوف كل منهما في تشغيل خاص به</translation>
    </message>
    <message>
        <source>No item is made with model %1 of the run</source>
        <translation>لا عنصر يُصنع بالنموذج %1 من التشغيل</translation>
    </message>
    <message>
        <source>%1: the models %2 and %3 are not on the same devices</source>
        <translation>%1: ليس النموذجان %2 و%3 على الأجهزة نفسها</translation>
    </message>
    <message>
        <source>%1: a run has %2 models at most</source>
        <translation>%1: للتشغيل %2 نموذج على الأكثر</translation>
    </message>
    <message>
        <source>%1: there is no model %2 in the run</source>
        <translation>%1: لا يوجد النموذج %2 في التشغيل</translation>
    </message>
    <message>
        <source>There is no model %1 in the run</source>
        <translation>لا يوجد النموذج %1 في التشغيل</translation>
    </message>
    <message>
        <source>%1 tells of images of several models, so --model cannot say which one it means; leave it out</source>
        <translation>يذكر %1 صورًا من عدة نماذج، فلا يمكن للخيار --model أن يقول أيها المقصود؛ احذفه</translation>
    </message>
    <message>
        <source>%1 is busy and cannot load another model</source>
        <translation>%1 مشغول ولا يمكنه تحميل نموذج آخر</translation>
    </message>
    <message>
        <source>%1 cannot load the model %2: %3</source>
        <translation>لا يمكن لـ %1 تحميل النموذج %2: %3</translation>
    </message>
    <message>
        <source>the model %1 cannot be loaded: %2</source>
        <translation>لا يمكن تحميل النموذج %1: %2</translation>
    </message>
    <message>
        <source>%1: no row of the run has its model with its LoRAs; start another run for it</source>
        <translation>%1: لا صف في التشغيل له نموذجه مع ملفات LoRA الخاصة به؛ ابدأ تشغيلًا آخر له</translation>
    </message>
    <message>
        <source>The model %1 %2</source>
        <translation>النموذج %1 %2</translation>
    </message>
    <message>
        <source>model must be the name of a model, or its path</source>
        <translation>يجب أن يكون model اسم نموذج أو مساره</translation>
    </message>
    <message>
        <source>the model %1 cannot be distributed so</source>
        <translation>لا يمكن توزيع النموذج %1 هكذا</translation>
    </message>
    <message>
        <source>the model %1: %2</source>
        <translation>النموذج %1: %2</translation>
    </message>
    <message>
        <source>%1: "%2" belongs to a tensor that the file does not hold; download it again</source>
        <translation>%1: "%2" يخص موتّرًا ليس في الملف؛ أعد تنزيله</translation>
    </message>
    <message>
        <source>%1: "%2" of dtype %3 scales a tensor of dtype %4, and only tensors of float8_e4m3fn and float8_e5m2 with scales of floating-point numbers can be read; choose another version of it</source>
        <translation>%1: "%2" بنوع %3 معاملٌ لموتّر بنوع %4، ولا تُقرأ إلا موتّرات float8_e4m3fn و float8_e5m2 بمعاملات من أعداد عشرية؛ اختر نسخة أخرى منه</translation>
    </message>
    <message>
        <source>%1: "%2" is a second scale of one tensor; download it again</source>
        <translation>%1: "%2" معامل ثانٍ لموتّر واحد؛ أعد تنزيله</translation>
    </message>
    <message>
        <source>%1: the scale "%2" has shape %3, which does not fit a tensor of shape %4; download it again</source>
        <translation>%1: شكل المعامل "%2" هو %3، وهو لا يناسب موتّرًا شكله %4؛ أعد تنزيله</translation>
    </message>
    <message>
        <source>%1: the scale "%2" is not a finite number; download it again</source>
        <translation>%1: المعامل "%2" ليس عددًا منتهيًا؛ أعد تنزيله</translation>
    </message>
    <message>
        <source>%1: weights that are stored as %2 cannot be read; choose a version of the model in %3, float16 or GGUF</source>
        <translation>%1: لا يمكن قراءة أوزان مخزَّنة بصيغة %2؛ اختر نسخة من النموذج بصيغة %3 أو float16 أو GGUF</translation>
    </message>
    <message>
        <source>%1: the tensor "%2" has no scale, and the file says that its numbers have one; download it again</source>
        <translation>%1: ليس للموتّر "%2" معامل، والملف يقول إن لأعداده معاملًا؛ أعد تنزيله</translation>
    </message>
    <message>
        <source>timesteps must be descending whole numbers from %1 to 0, such as 999,749,499,249</source>
        <translation>يجب أن تكون timesteps أعدادًا صحيحة متناقصة من %1 إلى 0، مثل 999,749,499,249</translation>
    </message>
    <message>
        <source>%1: %2 steps cannot be taken at %3 timesteps; leave one of them out</source>
        <translation>%1: لا يمكن أخذ خطوات عددها %2 في خطوات زمنية عددها %3؛ اترك أحدهما</translation>
    </message>
    <message>
        <source>A model that predicts a flow cannot be told its timesteps; give their number as steps instead</source>
        <translation>لا يمكن أن تُحدَّد لنموذج يتنبأ بتدفق خطواته الزمنية؛ أعطِ عددها خطواتٍ بدلًا منها</translation>
    </message>
    <message>
        <source>The sampler %1 cannot be told its timesteps; %2 can</source>
        <translation>لا يمكن أن تُحدَّد لطريقة العينات %1 خطواتها الزمنية؛ أما %2 فيمكن</translation>
    </message>
    <message>
        <source>The timestep %1 is not among the %2 training steps of this model, which begin at 0</source>
        <translation>الخطوة الزمنية %1 ليست من خطوات تدريب هذا النموذج، وعددها %2 وأولها 0</translation>
    </message>
    <message>
        <source>The sampler %1 cannot be told its timesteps where the schedule sets the noise levels; choose the schedule leading, trailing or linspace</source>
        <translation>لا يمكن أن تُحدَّد لطريقة العينات %1 خطواتها الزمنية حيث يحدّد الجدول مستويات الضجيج؛ اختر الجدول leading أو trailing أو linspace</translation>
    </message>
    <message>
        <source>%1 steps need as many timesteps, not %2</source>
        <translation>الخطوات التي عددها %1 تحتاج إلى العدد نفسه من الخطوات الزمنية، لا %2</translation>
    </message>
    <message>
        <source>"timesteps" must be descending numbers such as 999,749,499,249</source>
        <translation>يجب أن تكون "timesteps" أعدادًا متناقصة مثل 999,749,499,249</translation>
    </message>
    <message>
        <source>%1: "%2" tells layers of a block apart, so "%3" is needed, too</source>
        <translation>%1: يميّز "%2" بين طبقات كتلة واحدة، فيلزم "%3" أيضًا</translation>
    </message>
    <message>
        <source>%1: "%2" lists %3 values for the %4 attentions of a block</source>
        <translation>%1: يعدّد "%2" من القيم %3 لطبقات الانتباه التي عددها %4 في كتلة</translation>
    </message>
    <message>
        <source>%1 must hold a JSON object; download the file again</source>
        <translation>يجب أن يحوي %1 كائن JSON؛ أعد تنزيل الملف</translation>
    </message>
    <message>
        <source>A model with a refiner cannot be cut into stages; use replicas, or sharded</source>
        <translation>لا يمكن تقسيم نموذج له مُحسِّن إلى مراحل؛ استخدم replicas أو sharded</translation>
    </message>
    <message>
        <source>%1 is %2, which finishes the pictures of another model; give it with --refiner, and a model of %3 with --model</source>
        <translation>%1 هو %2، وهو يُتمّ صور نموذج آخر؛ أعطه مع --refiner، ونموذجًا من %3 مع --model</translation>
    </message>
    <message>
        <source>%1 is a model of %2 and no refiner; give one such as sd_xl_refiner_1.0.safetensors, or leave it out</source>
        <translation>%1 نموذج من %2 وليس مُحسِّنًا؛ أعطِ مُحسِّنًا مثل sd_xl_refiner_1.0.safetensors، أو احذفه</translation>
    </message>
    <message>
        <source>%1 is a model of Stable Diffusion XL and no refiner, which has one text encoder and requires an aesthetic score; give one such as sd_xl_refiner_1.0.safetensors, or leave it out</source>
        <translation>%1 نموذج من Stable Diffusion XL وليس مُحسِّنًا، فللمُحسِّن مرمّز نص واحد ويتطلب درجة جمالية؛ أعطِ مُحسِّنًا مثل sd_xl_refiner_1.0.safetensors، أو احذفه</translation>
    </message>
    <message>
        <source>%1 is a refiner of pictures with %2 latent channels, and the model has %3; give one that was made for it</source>
        <translation>%1 مُحسِّن لصور قنواتها الكامنة %2، وقنوات النموذج %3؛ أعطِ مُحسِّنًا صُنع له</translation>
    </message>
    <message>
        <source>%1 has a VAE for other latents than the model's, so neither can go on where the other ends; give a refiner that was made for the model</source>
        <translation>في %1 ‏VAE لقيم كامنة غير قيم النموذج، فلا يستطيع أحدهما أن يكمل من حيث انتهى الآخر؛ أعطِ مُحسِّنًا صُنع للنموذج</translation>
    </message>
    <message>
        <source>The refiner %1 is not used in %2 (%3); a run has one, which is given outside the list</source>
        <translation>لا يُستخدم المُحسِّن %1 في %2 (%3)؛ للتشغيل واحد، ويُحدَّد خارج القائمة</translation>
    </message>
    <message>
        <source>The refiners %1 are not used in %2 (%3); a run has one, which is given outside the list</source>
        <translation>لا تُستخدم المُحسِّنات %1 في %2 (%3)؛ للتشغيل واحد، ويُحدَّد خارج القائمة</translation>
    </message>
    <message>
        <source>The images were made with the refiner %1, which finishes these, too</source>
        <translation>صُنعت الصور بالمُحسِّن %1، وبه تُتَمّ هذه أيضًا</translation>
    </message>
    <message>
        <source>The setting %1 has no effect in %2 (%3); the run has no refiner</source>
        <translation>لا أثر للإعداد %1 في %2 (%3)؛ ليس للتشغيل مُحسِّن</translation>
    </message>
    <message>
        <source>The settings %1 have no effect in %2 (%3); the run has no refiner</source>
        <translation>لا أثر للإعدادات %1 في %2 (%3)؛ ليس للتشغيل مُحسِّن</translation>
    </message>
    <message>
        <source>%1 has no effect without a refiner; give one, or leave it out</source>
        <translation>لا أثر لـ%1 بلا مُحسِّن؛ أعطِ واحدًا، أو احذفه</translation>
    </message>
    <message>
        <source>refiner_switch must be above 0</source>
        <translation>يجب أن يكون refiner_switch أكبر من 0</translation>
    </message>
    <message>
        <source>%1: %2 must be yes or no, not %3</source>
        <translation>%1: يجب أن يكون %2 إما yes أو no، لا %3</translation>
    </message>
    <message>
        <source>Previews are made without %1: %2</source>
        <translation>تُصنع المعاينات من دون %1: ‏%2</translation>
    </message>
    <message>
        <source>%1 is a VAE, but no tiny one</source>
        <translation>%1 هو VAE، لكنه ليس صغيرًا</translation>
    </message>
    <message>
        <source>The network of %1 predicts a flow, and not %2; leave --prediction out</source>
        <translation>تتنبأ شبكة %1 بتدفق، وليس %2؛ احذف --prediction</translation>
    </message>
    <message>
        <source>The network of %1 does not predict a flow; leave --prediction out</source>
        <translation>لا تتنبأ شبكة %1 بتدفق؛ احذف --prediction</translation>
    </message>
    <message>
        <source>The model predicts no flow, so its noise has no shift; leave it out</source>
        <translation>لا يتنبأ النموذج بتدفق، فلا إزاحة لضوضائه؛ احذفها</translation>
    </message>
    <message>
        <source>%1: the model %2 does not read prompts with CLIP, whose layers could be skipped; leave it out</source>
        <translation>%1: لا يقرأ النموذج %2 الأوصاف بواسطة CLIP الذي يمكن تخطي طبقاته؛ احذفه</translation>
    </message>
    <message>
        <source>%1: the text encoder gives tokens of %2 numbers and the network expects %3</source>
        <translation>%1: يعطي مرمّز النصوص رموزًا من %2 عددًا وتتوقع الشبكة %3</translation>
    </message>
    <message>
        <source>The text encoder gives tokens of %1 numbers and the network expects %2</source>
        <translation>يعطي مرمّز النصوص رموزًا من %1 عددًا وتتوقع الشبكة %2</translation>
    </message>
    <message>
        <source>%1: the vocabulary lacks the padding token %2</source>
        <translation>%1: تفتقر المفردات إلى رمز الحشو %2</translation>
    </message>
    <message>
        <source>%1: "axes_dims" must be three even numbers whose sum is "dim" divided by "n_heads"</source>
        <translation>%1: يجب أن تكون "axes_dims" ثلاثة أعداد زوجية مجموعها "dim" مقسومًا على "n_heads"</translation>
    </message>
    <message>
        <source>"cfg_floor" must be 0, 1 or %1</source>
        <translation>يجب أن تكون "cfg_floor" 0 أو 1 أو %1</translation>
    </message>
    <message>
        <source>%1: "cfg_floor" must be 0, 1 or %2</source>
        <translation>%1: يجب أن تكون "cfg_floor" 0 أو 1 أو %2</translation>
    </message>
    <message>
        <source>The prompt of row %1 has %2 tokens, and the text encoder reads %3: its end has no effect</source>
        <translation>في وصف الصف %1 %2 رمزًا، ويقرأ مرمّز النصوص %3: لا أثر لنهايته</translation>
    </message>
    <message>
        <source>%1 have more tokens than the text encoder reads, the first in row %2 with %3 and not %4: the end has no effect</source>
        <translation>في %1 رموز أكثر مما يقرأ مرمّز النصوص، أولها في الصف %2 وفيه %3 لا %4: لا أثر للنهاية</translation>
    </message>
    <message>
        <source>"read_tokens" must be a whole number from 0</source>
        <translation>يجب أن يكون "read_tokens" عددًا صحيحًا من 0</translation>
    </message>
    <message>
        <source>give the language model that the network was made for</source>
        <translation>أعطِ النموذج اللغوي الذي صُنعت الشبكة له</translation>
    </message>
    <message>
        <source>%1: "axes_dims_rope" must be four even numbers whose sum is "attention_head_dim"</source>
        <translation>%1: يجب أن تكون "axes_dims_rope" أربعة أعداد زوجية مجموعها "attention_head_dim"</translation>
    </message>
    <message>
        <source>%1: the text encoder has %2 layers and the network sees what layer %3 gives</source>
        <translation>%1: لمرمّز النصوص %2 طبقات وترى الشبكة ما تعطيه الطبقة %3</translation>
    </message>
    <message>
        <source>The setting %1 has no effect in %2 (%3); the model is never guided by it</source>
        <translation>لا أثر للإعداد %1 (%2: %3)؛ لا يُوجَّه النموذج به أبدًا</translation>
    </message>
    <message>
        <source>The settings %1 have no effect in %2 (%3); the model is never guided by them</source>
        <translation>لا أثر للإعدادات %1 (%2: %3)؛ لا يُوجَّه النموذج بها أبدًا</translation>
    </message>
    <message>
        <source>The setting %1 has no effect in %2 (%3); it needs a negative prompt</source>
        <translation>لا أثر للإعداد %1 (%2: %3)؛ يلزمه وصف سلبي</translation>
    </message>
    <message>
        <source>The settings %1 have no effect in %2 (%3); they need a negative prompt</source>
        <translation>لا أثر للإعدادات %1 (%2: %3)؛ يلزمها وصف سلبي</translation>
    </message>
    <message>
        <source>The setting %1 has no effect in %2 (%3); it needs guidance, which a higher cfg_scale gives</source>
        <translation>لا أثر للإعداد %1 (%2: %3)؛ يلزمه توجيه، ويأتي به cfg_scale أكبر</translation>
    </message>
    <message>
        <source>The settings %1 have no effect in %2 (%3); they need guidance, which a higher cfg_scale gives</source>
        <translation>لا أثر للإعدادات %1 (%2: %3)؛ يلزمها توجيه، ويأتي به cfg_scale أكبر</translation>
    </message>
    <message>
        <source>The setting %1 has no effect in %2 (%3); it needs a true_cfg_scale above 1</source>
        <translation>لا أثر للإعداد %1 (%2: %3)؛ يلزمه true_cfg_scale أكبر من 1</translation>
    </message>
    <message>
        <source>The settings %1 have no effect in %2 (%3); they need a true_cfg_scale above 1</source>
        <translation>لا أثر للإعدادات %1 (%2: %3)؛ يلزمها true_cfg_scale أكبر من 1</translation>
    </message>
    <message>
        <source>has a %1 that cannot be split into halves</source>
        <translation>فيه %1 لا يمكن تقسيمه إلى نصفين</translation>
    </message>
    <message>
        <source>%1 has other layers than the model's own: %2; %3</source>
        <translation>في %1 طبقات غير طبقات النموذج نفسه: %2؛ %3</translation>
    </message>
    <message>
        <source>A vocabulary in the program is damaged; install Fanlight again</source>
        <translation>إحدى مفردات البرنامج تالفة؛ أعد تثبيت Fanlight</translation>
    </message>
    <message>
        <source>The model %1 is a network without its text encoder, and there is none that fits; put one such as %2 into %3, or give it with --text-encoder</source>
        <translation>النموذج %1 شبكة بلا مرمّز النص الخاص بها، ولا يوجد ما يناسبها؛ ضع واحدًا مثل %2 في %3، أو أعطه مع --text-encoder</translation>
    </message>
    <message>
        <source>The model %1 is a network without its text encoder, and several fit: %2; give one of them with --text-encoder</source>
        <translation>النموذج %1 شبكة بلا مرمّز النص الخاص بها، وتناسبها عدة مرمّزات: %2؛ أعط واحدًا منها مع --text-encoder</translation>
    </message>
    <message>
        <source>The model %1 is a network without its VAE, and there is none that fits; put one such as %2 into %3, or give it with --vae</source>
        <translation>النموذج %1 شبكة بلا VAE، ولا يوجد ما يناسبها؛ ضع واحدًا مثل %2 في %3، أو أعطه مع --vae</translation>
    </message>
    <message>
        <source>The model %1 is a network without its VAE, and several fit: %2; give one of them with --vae</source>
        <translation>النموذج %1 شبكة بلا VAE، ويناسبها أكثر من واحد: %2؛ أعط واحدًا منها مع --vae</translation>
    </message>
    <message>
        <source>%1: "in_channels" is %2: FLUX.1 Fill, Depth and Canny read pictures, which is not supported; only %3 is</source>
        <translation>%1: "in_channels" هو %2: تقرأ FLUX.1 Fill وDepth وCanny صورًا، وهذا غير مدعوم؛ المدعوم هو %3 فقط</translation>
    </message>
    <message>
        <source>%1: "axes_dims_rope" must be three even numbers whose sum is "attention_head_dim"</source>
        <translation>%1: يجب أن يكون "axes_dims_rope" ثلاثة أعداد زوجية مجموعها "attention_head_dim"</translation>
    </message>
    <message>
        <source>give the text encoder of CLIP ViT-L, such as clip_l.safetensors, or that of T5 v1.1 XXL, such as t5xxl_fp16.safetensors</source>
        <translation>أعط مرمّز النصوص CLIP ViT-L، مثل clip_l.safetensors، أو مرمّز T5 v1.1 XXL، مثل t5xxl_fp16.safetensors</translation>
    </message>
    <message>
        <source>give an encoder of T5 v1.1 XXL, such as t5xxl_fp16.safetensors</source>
        <translation>أعط مرمّز T5 v1.1 XXL، مثل t5xxl_fp16.safetensors</translation>
    </message>
    <message>
        <source>knows %1 tokens, and T5's tokenizer has %2</source>
        <translation>يعرف %1 رمزًا، وفي مُقطّع T5 منها %2</translation>
    </message>
    <message>
        <source>is T5 of version 1.0, whose MLPs have no gates</source>
        <translation>هو T5 من الإصدار 1.0، الذي لا بوابات في شبكاته MLP</translation>
    </message>
    <message>
        <source>has an attention of %1 numbers for %2 heads</source>
        <translation>فيه انتباه من %1 عددًا لـ %2 رأسًا</translation>
    </message>
    <message>
        <source>is FLUX.1 Kontext, which changes pictures, and that is not supported</source>
        <translation>هو FLUX.1 Kontext الذي يغيّر الصور، وهذا غير مدعوم</translation>
    </message>
    <message>
        <source>is Z-Image Edit, which changes pictures, and that is not supported</source>
        <translation>هو Z-Image Edit الذي يغيّر الصور، وهذا غير مدعوم</translation>
    </message>
    <message>
        <source>reads pictures, as FLUX.1 Fill, Depth and Canny do, which is not supported</source>
        <translation>يقرأ صورًا، كما تفعل FLUX.1 Fill وDepth وCanny، وهذا غير مدعوم</translation>
    </message>
    <message>
        <source>is taken to be Krea dev, since it is called %1</source>
        <translation>يُعدّ Krea dev، لأن اسمه %1</translation>
    </message>
    <message>
        <source>%1: the text encoder reads a text as %2 numbers and the network expects %3</source>
        <translation>%1: يقرأ مرمّز النص النصَّ على أنه %2 عددًا، والشبكة تتوقع %3</translation>
    </message>
    <message>
        <source>The model %1 is a network alone, and the rest of it was not found; add files such as %2, or give them with --text-encoder and --vae</source>
        <translation>النموذج %1 شبكة وحدها، ولا يوجد هنا ما يناسب مما تحتاج إليه؛ ضع ملفات مثل %2، أو أعطها مع --text-encoder و--vae</translation>
    </message>
    <message>
        <source>%1 is not a network of %2: it has none of the tensors %3; %4</source>
        <translation>%1 ليس شبكة من %2: ليس فيه أيٌّ من الموترات %3؛ %4</translation>
    </message>
    <message>
        <source>give a network of %1, such as %2</source>
        <translation>أعط شبكة من %1، مثل %2</translation>
    </message>
    <message>
        <source>%1 reads a text as %2 numbers, and the network takes %3; %4</source>
        <translation>%1 يقرأ النص على أنه %2 عددًا، والشبكة تأخذ %3؛ %4</translation>
    </message>
    <message>
        <source>%1 knows %2 tokens, and CLIP's tokenizer has %3; %4</source>
        <translation>%1 يعرف %2 رمزًا، وفي مُقطّع CLIP منها %3؛ %4</translation>
    </message>
    <message>
        <source>The model %1 is a network alone, and takes %2</source>
        <translation>النموذج %1 شبكة وحدها، وتأخذ %2</translation>
    </message>
    <message>
        <source>is a network alone: the rest is looked for beside it and in the folders for models</source>
        <translation>شبكة وحدها: يُبحث عن الباقي بجانبها وفي مجلدات النماذج</translation>
    </message>
    <message>
        <source>is taken to be the base model, since it is called %1</source>
        <translation>يُعدّ النموذج الأساسي، لأن اسمه %1</translation>
    </message>
    <message>
        <source>is taken to be a distilled one, though neither its metadata nor its name says so; for the base model, give 50 steps, a CFG scale of 5 and a shift of 6</source>
        <translation>يُعدّ نموذجًا مقطّرًا، مع أن بياناته الوصفية واسمه لا يقولان ذلك؛ للنموذج الأساسي أعطِ 50 خطوة ومقياس CFG قدره 5 وإزاحة قدرها 6</translation>
    </message>
    <message>
        <source>is taken to be a distilled one, since its scheduler's shift is %1</source>
        <translation>يُعدّ نموذجًا مقطّرًا، لأن إزاحة مجدوله %1</translation>
    </message>
    <message>
        <source>is taken to be the base model, since its scheduler's shift is %1</source>
        <translation>يُعدّ النموذج الأساسي، لأن إزاحة مجدوله %1</translation>
    </message>
    <message>
        <source>has heads of %1 numbers, or tokens of %2, whose use its shapes do not tell</source>
        <translation>له رؤوس من %1 من الأعداد، أو رموز من %2، لا تُعرف من أشكالها وظيفتها</translation>
    </message>
    <message>
        <source>has heads without numbers</source>
        <translation>له رؤوس بلا أعداد</translation>
    </message>
    <message>
        <source>is no text encoder of this model: it is another language model than Qwen3, or none</source>
        <translation>ليس مرمّز نص لهذا النموذج: إنه نموذج لغوي غير Qwen3، أو ليس نموذجًا لغويًّا</translation>
    </message>
    <message>
        <source>gives states of %1 numbers, and the network takes %2</source>
        <translation>يعطي حالات من %1 من الأعداد، والشبكة تأخذ %2</translation>
    </message>
    <message>
        <source>knows %1 tokens, and Qwen's tokenizer has %2</source>
        <translation>يعرف %1 من الرموز، ومجزّئ Qwen له %2</translation>
    </message>
    <message>
        <source>%1 is a language model as GGUF, which goes with --text-encoder beside a network; %2</source>
        <translation>%1 نموذج لغوي بصيغة GGUF، ومكانه مع --text-encoder بجانب شبكة؛ %2</translation>
    </message>
    <message>
        <source>is told the guidance, as FLUX.2 dev is, which is not supported</source>
        <translation>يُبلَّغ بمقدار التوجيه، كما في FLUX.2 dev، وهو غير مدعوم</translation>
    </message>
    <message>
        <source>has heads of %1 numbers, whose use its shapes do not tell</source>
        <translation>له رؤوس من %1 من الأعداد، لا تُعرف من أشكالها وظيفتها</translation>
    </message>
    <message>
        <source>is taken to be a distilled one, since it is called %1; if it is the base model, put base into its name</source>
        <translation>يُعدّ نموذجًا مقطّرًا، لأن اسمه %1؛ إن كان النموذج الأساسي فاجعل في اسمه base</translation>
    </message>
    <message>
        <source>is taken to be the base model, though neither its metadata nor its name says so; for a distilled one, give 4 steps and a CFG scale of 1</source>
        <translation>يُعدّ النموذج الأساسي، مع أن بياناته الوصفية واسمه لا يقولان ذلك؛ للنموذج المقطّر أعطِ 4 خطوات ومقياس CFG قدره 1</translation>
    </message>
    <message>
        <source>%1 is a checkpoint of Chroma; %2</source>
        <translation>%1 نموذج محفوظ من Chroma؛ %2</translation>
    </message>
    <message>
        <source>some would have to be fetched from main memory at each step</source>
        <translation>سيلزم جلب بعضها من الذاكرة الرئيسية في كل خطوة</translation>
    </message>
    <message>
        <source>The files of the model %1 hold no packed weights, so none can stay packed in memory</source>
        <translation>لا تحوي ملفات النموذج %1 أوزانًا مضغوطة، فلا يبقى شيء منها مضغوطًا في الذاكرة</translation>
    </message>
    <message>
        <source>Weights cannot be %1 in memory; choose auto, dequantised or packed</source>
        <translation>لا يمكن أن تكون الأوزان %1 في الذاكرة؛ اختر auto أو dequantised أو packed</translation>
    </message>
    <message>
        <source>too little memory: weights stay packed as in their files, and layers are dequantised when they are used</source>
        <translation>الذاكرة أقل مما يلزم: تبقى الأوزان مضغوطة كما في ملفاتها، وتُفَكّ كل طبقة عند استعمالها</translation>
    </message>
    <message>
        <source>%1: text_device_kind can only be cpu, where device_kind is cuda</source>
        <translation>%1: لا يمكن أن يكون text_device_kind إلا cpu، حيث device_kind هو cuda</translation>
    </message>
    <message>
        <source>--text-device %1: under a launcher each process has a GPU to itself, and cannot use another one; give cpu, or begin the run without it</source>
        <translation>--text-device %1: تحت المُطلِق لكل عملية بطاقة رسوم خاصة بها ولا تستطيع استعمال غيرها؛ أعطِ cpu أو ابدأ التشغيل بدونه</translation>
    </message>
    <message>
        <source>%1: there is no device %2; name cpu, or a GPU such as cuda:1</source>
        <translation>%1: لا يوجد جهاز %2؛ سمِّ cpu أو بطاقة رسوم مثل cuda:1</translation>
    </message>
    <message>
        <source>%1: the network works on the CPU, and the text encoders beside it; leave it out, or name GPUs in --devices</source>
        <translation>%1: تعمل الشبكة على المعالج ومرمّزات النص بجانبها؛ احذفه أو سمِّ بطاقات رسوم في --devices</translation>
    </message>
    <message>
        <source>%1: a process that uses a MIG instance sees no other GPU; give cpu, or leave it out</source>
        <translation>%1: العملية التي تستعمل جزء MIG لا ترى بطاقة رسوم أخرى؛ أعطِ cpu أو احذفه</translation>
    </message>
    <message>
        <source>The halves of a guided evaluation of %1 cannot be made on two devices</source>
        <translation>لا يمكن صنع نصفي التقييم الموجَّه للنموذج %1 على جهازين</translation>
    </message>
    <message>
        <source>too little memory: the second device makes no half of guided evaluations any more</source>
        <translation>الذاكرة أقل مما يلزم: لم يعد الجهاز الثاني يصنع نصف التقييمات الموجَّهة</translation>
    </message>
    <message>
        <source>%1: %2 and %3 cannot share guided evaluations</source>
        <translation>%1: لا يمكن أن يتقاسم %2 و%3 التقييمات الموجَّهة</translation>
    </message>
    <message>
        <source>--cfg-devices: under a launcher each process has a device to itself, and cannot use another one; begin the run without it</source>
        <translation>--cfg-devices: تحت المُطلِق لكل عملية جهاز خاص بها ولا تستطيع استعمال غيره؛ ابدأ التشغيل بدونه</translation>
    </message>
    <message>
        <source>%1: there is no device %2; %3</source>
        <translation>%1: لا يوجد جهاز %2؛ %3</translation>
    </message>
    <message>
        <source>%1: %2 is named twice; a GPU belongs to one pair</source>
        <translation>%1: ذُكر %2 مرتين؛ لا تنتمي بطاقة الرسوم إلا إلى زوج واحد</translation>
    </message>
    <message>
        <source>%1: %2 is a MIG instance, and a process that uses one sees no other GPU; name whole cards</source>
        <translation>%1: %2 جزء MIG، والعملية التي تستعمل جزءًا لا ترى بطاقة رسوم أخرى؛ سمِّ بطاقات كاملة</translation>
    </message>
    <message>
        <source>%1: a pair is two GPUs, or the CPU twice, since their pictures differ</source>
        <translation>%1: الزوج بطاقتا رسوم، أو المعالج مرتين، لأن صورها تختلف</translation>
    </message>
    <message>
        <source>%1: %2 (%3) and %4 (%5) are of different models, which round differently; pair two cards of one model</source>
        <translation>%1: %2 (%3) و%4 (%5) من طرازين مختلفين يقرّبان الأعداد بطريقتين مختلفتين؛ اجمع بين بطاقتين من طراز واحد</translation>
    </message>
    <message>
        <source>%1 names the devices of the run, and so does %2; leave one of them out</source>
        <translation>يسمّي %1 أجهزة التشغيل، وكذلك %2؛ احذف أحدهما</translation>
    </message>
    <message>
        <source>%1: devices share guided evaluations in pairs, and it names %2; name two for each worker</source>
        <translation>%1: تتقاسم الأجهزة التقييمات الموجَّهة أزواجًا، وهو يسمّي %2؛ سمِّ اثنين لكل عامل</translation>
    </message>
    <message>
        <source>%1: the network of the model %2 computes both halves of a guided evaluation in one call, which two devices cannot share; leave it out</source>
        <translation>%1: تحسب شبكة النموذج %2 نصفي التقييم الموجَّه في استدعاء واحد لا يمكن أن يتقاسمه جهازان؛ احذفه</translation>
    </message>
    <message>
        <source>%1: the model %2 is never guided, so a second device would have nothing to do; leave it out</source>
        <translation>%1: لا يُوجَّه النموذج %2 أبدًا، فلن يكون للجهاز الثاني ما يفعله؛ احذفه</translation>
    </message>
    <message>
        <source>%1: no image of the run is guided, so the second device has nothing to do</source>
        <translation>%1: لا تُوجَّه أي صورة في التشغيل، فليس للجهاز الثاني ما يفعله</translation>
    </message>
    <message>
        <source>whole copies of the network share guided evaluations, so pairs of devices make replicas</source>
        <translation>تتقاسم التقييماتِ الموجَّهة نُسخٌ كاملة من الشبكة، فأزواج الأجهزة تصنع نُسخًا (replicas)</translation>
    </message>
    <message>
        <source>The device %1 is not there</source>
        <translation>الجهاز %1 غير موجود</translation>
    </message>
    <message>
        <source>The text encoders' device %1 is not there</source>
        <translation>جهاز مرمّزات النص %1 غير موجود</translation>
    </message>
    <message>
        <source>The encoded text in %1 is damaged, and is encoded again</source>
        <translation>النص المرمَّز في %1 تالف، ويُرمَّز من جديد</translation>
    </message>
    <message>
        <source>too little memory: the network leaves the device while the text encoders read</source>
        <translation>الذاكرة أقل مما يلزم: تغادر الشبكة الجهاز بينما تقرأ مرمّزات النص</translation>
    </message>
    <message>
        <source>Text encoders cannot stay %1; there are %2</source>
        <translation>لا يمكن أن تبقى مرمّزات النص %1؛ المتاح %2</translation>
    </message>
    <message>
        <source>%1 is FLUX.1 Redux, which turns pictures into prompts; %2</source>
        <translation>‏%1 هو FLUX.1 Redux الذي يحوّل الصور إلى موجّهات؛ %2</translation>
    </message>
    <message>
        <source>%1 is a network of Z-Image that also reads pictures; %2</source>
        <translation>%1 شبكة من Z-Image تقرأ الصور أيضًا؛ %2</translation>
    </message>
    <message>
        <source>Nothing is unpacked from %1</source>
        <translation>لا يُفك شيء من %1</translation>
    </message>
    <message>
        <source>%1; %2 fits (%3)</source>
        <translation>%1؛ ويتسع %2 (%3)</translation>
    </message>
    <message>
        <source>%1; nothing else fits, and what comes nearest, %2, would need %3 on %4</source>
        <translation>%1؛ ولا يتسع غيره، والأقرب، وهو %2، يحتاج إلى %3 على %4</translation>
    </message>
    <message>
        <source>%1 is a network of %2, which is not supported; %3</source>
        <translation>%1 شبكة من %2، وهي غير مدعومة؛ %3</translation>
    </message>
    <message>
        <source>%1 is a network of %2, and the model is of %3; %4</source>
        <translation>%1 شبكة من %2، والنموذج من %3؛ %4</translation>
    </message>
    <message>
        <source>%1: the tokenizer puts %2 tokens around each prompt, and the text encoder reads %3; download the model again</source>
        <translation>%1: يضع المُرمِّز %2 من الرموز حول كل موجّه، ومرمّز النص يقرأ %3؛ نزّل النموذج مرة أخرى</translation>
    </message>
</context>
</TS>
