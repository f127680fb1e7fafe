/**
 * Of the passwords that are tried first everywhere, what has letters and survives the other rules;
 * without digits at the end, in small letters. From lists of leaked passwords, international and
 * Chinese.
 */
const LIST = `
password passwort passwd passport admin administrator root superuser sysadmin manager operator
welcome letmein monkey dragon master shadow sunshine princess football baseball superman batman
trustno iloveyou whatever starwars computer internet michael jennifer jordan hunter killer soccer
freedom secret summer winter spring autumn august september october november december january
february monday tuesday wednesday thursday friday saturday sunday login guest default changeme
oracle mysql postgres postgresql sqlserver weblogic tomcat jenkins redis mongodb apache windows
system security audit auditor test tester testing temp temporary access server service support
backup database qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc wsxedc
hospital yiyuan yiyuanguanli doctor nurse patient medical health clinic yibao shebao weisheng
weijian yikatong dongguan guangdong shenzhen guangzhou beijing shanghai zhongguo china chinese
zhonghua huawei tencent alibaba baidu taobao weixin wechat alipay zhifubao
woaini woainima woaiwojia woaiziji aini iloveu wodemima mima mimashi guanliyuan xitong yonghu
shenji anquan caonima nihao nihaoma zhangsan lisi wangwu wanglei wangwei liwei zhangwei liujie
xiaoming xiaohong baobao baobei laopo laogong tiantian feifei kaixin kuaile gongxi facai xinnian
longlong qianqian yangyang woshishei buzhidao asdasd qweqwe qweasd qweasdzxc abcabc abcdefg
aaaaaa zzzzzz qqqqqq superstar pokemon google samsung iphone android facebook
`;

export const WEAK_PASSWORDS: ReadonlySet<string> = new Set(
  LIST.split(/\s+/).filter((word) => word !== ""),
);
